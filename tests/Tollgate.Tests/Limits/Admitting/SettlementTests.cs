using System.Text;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Retries;

namespace Tollgate.Tests.Limits.Admitting;

/// <summary>Whatever becomes of a request, what it reserved ends, and what it used counts.</summary>
public sealed class SettlementTests
{
    private const string Limits = "limits: { requests: { requests: 100 }, tokens: { tokens: 10000 } }";

    [Fact]
    public async Task A_request_that_no_provider_saw_counts_nothing()
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, Limits + "\nmaxRequestBody: 1KB");
        (await rig.ChatAsync("""{"model":"nobody","messages":[]}""")).Status.ShouldBe(404);
        (await rig.ChatAsync("{")).Status.ShouldBe(400);
        (await rig.ChatAsync(LimitRig.Body(more: ",\"x\":\"" + new string('a', 2000) + "\""))).Status.ShouldBe(413);
        (await rig.UsedAsync("requests")).Values.Sum().ShouldBe(0);
    }

    [Fact]
    public async Task One_that_failed_at_the_provider_counts_as_a_request_without_tokens()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(500, "{}"));
        await using var rig = await LimitRig.StartAsync(provider, Limits);
        (await rig.ChatAsync()).Status.ShouldBe(500);
        (await rig.OneUsedAsync("requests")).ShouldBe(1);
        (await rig.OneUsedAsync("tokens")).ShouldBe(0);
    }

    [Fact]
    public async Task One_whose_provider_cannot_be_reached_gives_its_tokens_back()
    {
        await using var provider = new ScriptedProvider(call =>
        {
            call.Reset();
            return Task.CompletedTask;
        });
        await using var rig = await LimitRig.StartAsync(provider, Limits);
        (await rig.ChatAsync()).Status.ShouldBe(502);
        (await rig.OneUsedAsync("tokens")).ShouldBe(0);
    }

    [Fact]
    public async Task A_stream_counts_what_its_provider_reported_at_its_end()
    {
        await using var provider = TwoProviders.Streaming(TwoProviders.Role, TwoProviders.Text("hello"), TwoProviders.Finish, "data: {\"id\":\"a\",\"model\":\"m-1\",\"choices\":[],\"usage\":{\"prompt_tokens\":40,\"completion_tokens\":2,\"total_tokens\":42}}\n\n", TwoProviders.Done);
        await using var rig = await LimitRig.StartAsync(provider, Limits);
        (await rig.ChatAsync(TwoProviders.Streamed)).Status.ShouldBe(200);
        (await rig.OneUsedAsync("tokens")).ShouldBe(42);
    }

    [Fact]
    public async Task A_client_that_leaves_a_stream_pays_for_what_it_had()
    {
        await using var provider = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(TwoProviders.Role + TwoProviders.Text("twenty letters of text"));
            await call.ClosedAsync();
        });
        await using var rig = await LimitRig.StartAsync(provider, Limits);
        using (var message = new HttpRequestMessage(HttpMethod.Post, LimitRig.Chat) { Content = new StringContent(TwoProviders.Streamed, Encoding.UTF8, "application/json") })
        using (var response = await rig.Gateway.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead))
        {
            var stream = await response.Content.ReadAsStreamAsync();
            (await stream.ReadAsync(new byte[1])).ShouldBe(1);
        }

        await rig.SettledAsync();
        (await rig.OneUsedAsync("requests")).ShouldBe(1);
        (await rig.OneUsedAsync("tokens")).ShouldBeInRange(6, 60);
    }

    [Fact]
    public async Task A_client_that_leaves_before_the_answer_leaves_no_reservation()
    {
        var called = new TaskCompletionSource();
        await using var provider = new ScriptedProvider(async call =>
        {
            called.SetResult();
            await call.ClosedAsync();
        });
        await using var rig = await LimitRig.StartAsync(provider, Limits);
        using var cancel = new CancellationTokenSource();
        using var message = new HttpRequestMessage(HttpMethod.Post, LimitRig.Chat) { Content = new StringContent(LimitRig.Body(), Encoding.UTF8, "application/json") };
        var asking = rig.Gateway.Client.SendAsync(message, cancel.Token);
        await called.Task;
        await rig.OpenAsync(1);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(asking);
        await rig.SettledAsync();
        (await rig.OneUsedAsync("tokens")).ShouldBe(0);
    }

    [Fact]
    public async Task Counting_tokens_is_a_request_and_no_tokens()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, """{"input_tokens":5000}"""));
        await using var rig = await LimitRig.StartAsync(provider, $"providers: {{ one: {{ kind: anthropic, url: {provider.Url}/v1, key: k }} }}\nmodels: {{ m: one }}\nlimits: {{ requests: {{ requests: 100 }}, tokens: {{ tokens: 100 }} }}");
        (await rig.Gateway.PostAsync("/v1/messages/count_tokens", LimitRig.Body())).Status.ShouldBe(200);
        await rig.SettledAsync();
        (await rig.OneUsedAsync("requests")).ShouldBe(1);
        (await rig.UsedAsync("tokens")).Values.Sum().ShouldBe(0);
    }

    [Fact]
    public async Task A_thousand_requests_at_once_never_overspend_and_leave_nothing_open()
    {
        await using var provider = LimitRig.Provider(input: 5, output: 15);
        await using var rig = await LimitRig.StartAsync(provider, "limits: { tokens: { tokens: 2000, per: month }, requests: { requests: 5000 } }");
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => rig.Gateway.PostAsync(LimitRig.Chat, LimitRig.Body(15))));
        await rig.SettledAsync();
        var good = answers.Count(a => a.Status == 200);
        answers.Count(a => a.Status == 429).ShouldBe(1000 - good);
        (await rig.OneUsedAsync("tokens")).ShouldBe(good * 20);
        good.ShouldBeLessThanOrEqualTo(100);
        provider.Calls.Count.ShouldBe(good);
    }
}
