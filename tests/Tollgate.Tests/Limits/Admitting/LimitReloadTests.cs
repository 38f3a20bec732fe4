using Microsoft.Extensions.DependencyInjection;
using Tollgate.Configuration;
using Tollgate.Model;
using Tollgate.Tests.Configuration;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Limits.Admitting;

/// <summary>An edited limit keeps what was used of it; requests under way end under the rules that they began with.</summary>
public sealed class LimitReloadTests
{
    [Fact]
    public async Task What_was_used_stays_when_the_limit_changes_and_is_new_when_it_counts_something_else()
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, "limits: { l: { requests: 2, per: hour } }");
        await rig.ChatAsync();
        await rig.ChatAsync();
        (await rig.ChatAsync()).Status.ShouldBe(429);
        Reload(rig, provider, "limits: { l: { requests: 3, per: hour } }");
        (await rig.ChatAsync()).Status.ShouldBe(200);
        (await rig.ChatAsync()).Status.ShouldBe(429);
        (await rig.OneUsedAsync("l")).ShouldBe(3);
        Reload(rig, provider, "limits: { l: { tokens: 1000, per: hour } }");
        (await rig.ChatAsync()).Status.ShouldBe(200);
        (await rig.OneUsedAsync("l")).ShouldBe(15);
    }

    [Fact]
    public async Task A_request_under_way_settles_although_its_limit_is_gone()
    {
        var go = new TaskCompletionSource();
        await using var provider = new ScriptedProvider(async call =>
        {
            await go.Task;
            await call.AnswerAsync(200, LimitRig.Answer(10, 5));
        });
        await using var rig = await LimitRig.StartAsync(provider, "limits: { l: { tokens: 1000, per: hour } }");
        var answer = rig.Gateway.PostAsync(LimitRig.Chat, LimitRig.Body());
        await rig.OpenAsync(1);
        Reload(rig, provider, "");
        go.SetResult();
        (await answer).Status.ShouldBe(200);
        await rig.SettledAsync();
        var other = (await rig.DocumentAsync()).GetProperty("others").EnumerateArray().ShouldHaveSingleItem();
        (other.GetProperty("name").GetString(), other.GetProperty("fullest")[0].GetProperty("used").GetInt64()).ShouldBe(("l/tokens", 15));
    }

    private static void Reload(LimitRig rig, ScriptedProvider provider, string rest)
    {
        var config = Loading.Config($"providers: {{ one: {{ kind: openai, url: {provider.Url}/v1, key: k }} }}\nmodels: {{ m: one }}\nretry: {{ attempts: 1 }}\n{rest}\n");
        rig.Gateway.Host.Services.GetRequiredService<ModelStore>().TryLoad(config, new List<ConfigProblem>()).ShouldBeTrue();
    }
}
