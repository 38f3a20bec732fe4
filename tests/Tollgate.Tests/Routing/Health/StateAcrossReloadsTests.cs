using Tollgate.Tests.Hosting;
using Tollgate.Tests.Reloading;

namespace Tollgate.Tests.Routing.Health;

/// <summary>A new configuration finds the state of the one before, as long as names and keys are the same.</summary>
public sealed class StateAcrossReloadsTests
{
    [Fact]
    public async Task What_is_out_stays_out_when_the_file_changes()
    {
        await using var first = new ScriptedProvider(c => c.AnswerAsync(500, "{}"));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await FileGateway.StartAsync(("tollgate.yaml", File(first, second, "k1")));
        for (var i = 0; i < 3; i++) await gateway.ChatAsync("only");
        first.Calls.Count.ShouldBe(3);

        await ReloadAsync(gateway, File(first, second, "k1") + "\n# changed");
        (await gateway.ChatAsync()).Status.ShouldBe(200);
        first.Calls.Count.ShouldBe(3); // nobody asked it
    }

    [Fact]
    public async Task Another_key_starts_as_new()
    {
        await using var first = new ScriptedProvider(c => c.Headers["authorization"] == "Bearer k2" ? c.AnswerAsync(200, "{}") : c.AnswerAsync(401, "{}"));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await FileGateway.StartAsync(("tollgate.yaml", File(first, second, "k1")));
        await gateway.ChatAsync("only");
        (await gateway.ChatAsync("only")).Status.ShouldBe(502);

        await ReloadAsync(gateway, File(first, second, "k2"));
        (await gateway.ChatAsync("only")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_operator_reads_in_the_log_who_is_left_alone()
    {
        await using var first = new ScriptedProvider(c => c.AnswerAsync(500, "{}"));
        await using var second = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await FileGateway.StartAsync(("tollgate.yaml", File(first, second, "k1")));
        for (var i = 0; i < 3; i++) await gateway.ChatAsync("only");
        gateway.Log.Lines.Count(l => l.Contains("provider 'one', model 'same' is left alone for", StringComparison.Ordinal) && l.Contains("after status 500", StringComparison.Ordinal)).ShouldBe(1);
    }

    // Both models are the same backend of provider one.
    private static string File(ScriptedProvider first, ScriptedProvider second, string key) => $$"""
        providers:
          one: { kind: openai, url: {{first.Url}}/v1, key: {{key}} }
          two: { kind: openai, url: {{second.Url}}/v1, key: k }
        models:
          only: [{ provider: one, model: same }]
          m: [{ provider: one, model: same }, { provider: two, priority: 1 }]
        retry: { attempts: 1 }
        """;

    private static async Task ReloadAsync(FileGateway gateway, string text)
    {
        await System.IO.File.WriteAllTextAsync(gateway.ConfigFile, FileGateway.Whole(text));
        gateway.Host.Reload().ShouldBeTrue(string.Join('\n', gateway.Log.Lines));
    }
}
