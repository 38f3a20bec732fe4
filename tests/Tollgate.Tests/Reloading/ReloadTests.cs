using System.Text;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Reloading;

/// <summary>A configuration that changes while the gateway runs.</summary>
public sealed class ReloadTests
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task A_file_that_was_replaced_or_rewritten_serves(bool byRename)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, call.Text));
        await using var gateway = await FileGateway.StartAsync(("tollgate.yaml", Config(provider.Url, "old")));
        (await gateway.ChatAsync()).ShouldBe((200, "{\"model\":\"old\"}"));
        await ChangeAsync(gateway, Config(provider.Url, "new"), byRename);
        await gateway.LookUntilAsync("generation 2");
        (await gateway.ChatAsync()).ShouldBe((200, "{\"model\":\"new\"}"));
        gateway.Host.Config.Models[0].Backends[0].Model.ShouldBe("new");
    }

    [Fact]
    public async Task A_link_that_is_switched_is_seen_as_mounted_config_maps_switch_theirs()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, call.Text));
        await using var gateway = await FileGateway.StartAsync(("tollgate.yaml", Config(provider.Url, "old")), ("next.yaml", FileGateway.Whole(Config(provider.Url, "new"))));
        File.CreateSymbolicLink(gateway.PathOf("link"), gateway.PathOf("next.yaml"));
        File.Move(gateway.PathOf("link"), gateway.ConfigFile, overwrite: true);
        await gateway.LookUntilAsync("generation 2");
        (await gateway.ChatAsync()).ShouldBe((200, "{\"model\":\"new\"}"));
    }

    [Fact]
    public async Task A_running_stream_keeps_the_generation_it_began_with()
    {
        const string First = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n", Last = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        var go = new TaskCompletionSource();
        await using var old = new ScriptedProvider(async call =>
        {
            await call.BeginAsync(200, "text/event-stream");
            await call.ChunkAsync(First);
            await go.Task;
            await call.ChunkAsync(Last);
            await call.EndAsync();
        });
        await using var next = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await FileGateway.StartAsync(("tollgate.yaml", Config(old.Url, "old")));
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent("{\"model\":\"m\",\"stream\":true}", Encoding.UTF8, "application/json") };
        using var response = await gateway.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[First.Length]);

        await ChangeAsync(gateway, Config(next.Url, "new"), byRename: true);
        await gateway.LookUntilAsync("generation 2");
        (await gateway.ChatAsync()).Status.ShouldBe(200);
        next.Calls.Count.ShouldBe(1);
        go.SetResult();
        (await new StreamReader(stream).ReadToEndAsync()).ShouldBe(Last);
        old.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("providers: {", "error")]
    [InlineData("providers: { p: { kind: openai, url: http://127.0.0.1:9/v1 } }\nmodels: { m: nobody }", "no provider is named 'nobody'")]
    [InlineData("providers: { p: { kind: nonsense } }", "unknown kind 'nonsense'")]
    public async Task A_broken_file_leaves_the_last_good_one(string broken, string complaint)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, call.Text));
        await using var gateway = await FileGateway.StartAsync(("tollgate.yaml", Config(provider.Url, "good")));
        await ChangeAsync(gateway, broken, byRename: true);
        await gateway.LookUntilAsync("the one before stays in force");
        gateway.Log.Lines.ShouldContain(l => l.Contains(complaint, StringComparison.Ordinal));
        gateway.Log.Lines.ShouldContain(l => l.Contains("tollgate.yaml:", StringComparison.Ordinal));
        (await gateway.ChatAsync()).ShouldBe((200, "{\"model\":\"good\"}"));

        await ChangeAsync(gateway, Config(provider.Url, "mended"), byRename: false);
        await gateway.LookUntilAsync("generation 2");
        (await gateway.ChatAsync()).ShouldBe((200, "{\"model\":\"mended\"}"));
    }

    [Fact]
    public async Task A_file_that_is_gone_leaves_the_last_good_one()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, call.Text));
        await using var gateway = await FileGateway.StartAsync(("tollgate.yaml", Config(provider.Url, "good")));
        File.Delete(gateway.ConfigFile);
        gateway.Host.Reload().ShouldBeFalse();
        (await gateway.ChatAsync()).ShouldBe((200, "{\"model\":\"good\"}"));
    }

    [Fact]
    public async Task Reloads_when_told_to_as_SIGHUP_does()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, call.Text));
        await using var gateway = await FileGateway.StartAsync(("tollgate.yaml", Config(provider.Url, "old")));
        await ChangeAsync(gateway, Config(provider.Url, "new"), byRename: false);
        gateway.Host.Reload().ShouldBeTrue();
        (await gateway.ChatAsync()).ShouldBe((200, "{\"model\":\"new\"}"));
        await ChangeAsync(gateway, "models: [", byRename: false);
        gateway.Host.Reload().ShouldBeFalse();
        (await gateway.ChatAsync()).ShouldBe((200, "{\"model\":\"new\"}"));
    }

    [Theory]
    [InlineData("listen: 127.0.0.1:1\nadmin: 127.0.0.1:0\n", "listen: what was changed there takes effect at the next start")]
    [InlineData("listen: { address: '127.0.0.1:0', http2: true }\nadmin: 127.0.0.1:0\n", "listen: what was changed")]
    [InlineData("listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\nprefixes: { openai: /o/v1 }\n", "prefixes: what was changed")]
    [InlineData("listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\nkeyStore: 'file:other.json'\nstateDir: other\n", "keyStore, stateDir: what was changed")]
    [InlineData("listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\nledger: 'sqlite:other.db'\n", "ledger: what was changed")]
    [InlineData("listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\nstores: { counters: 'redis://cache:6379' }\n", "stores: what was changed")]
    public async Task A_change_of_what_is_opened_at_the_start_is_said_to_need_one(string head, string warning)
    {
        await using var gateway = await FileGateway.StartAsync(("tollgate.yaml", Config("http://127.0.0.1:9", "m")));
        await File.WriteAllTextAsync(gateway.ConfigFile, head + Config("http://127.0.0.1:9", "m"));
        gateway.Host.Reload().ShouldBeTrue(string.Join('\n', gateway.Log.Lines));
        gateway.Log.Lines.ShouldContain(l => l.Contains(warning, StringComparison.Ordinal));

        await File.WriteAllTextAsync(gateway.ConfigFile, FileGateway.Whole(Config("http://127.0.0.1:9", "m")));
        var before = gateway.Log.Lines.Count(l => l.Contains("at the next start", StringComparison.Ordinal));
        gateway.Host.Reload().ShouldBeTrue();
        gateway.Log.Lines.Count(l => l.Contains("at the next start", StringComparison.Ordinal)).ShouldBe(before);
    }

    [Theory, InlineData("key"), InlineData("token")]
    public async Task A_key_in_a_file_is_read_again_when_it_changes(string credential)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await FileGateway.StartAsync(("secret", " first-key\n"), ("tollgate.yaml", $$"""
            providers: { p: { kind: openai, url: {{provider.Url}}/v1, {{credential}}: { file: secret } } }
            models: { m: p }
            """));
        await gateway.ChatAsync();
        provider.Last.Headers["authorization"].ShouldBe("Bearer first-key");

        await File.WriteAllTextAsync(gateway.PathOf("secret.next"), "second-key");
        File.SetLastWriteTimeUtc(gateway.PathOf("secret.next"), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        File.Move(gateway.PathOf("secret.next"), gateway.PathOf("secret"), overwrite: true);
        await gateway.ChatAsync();
        provider.Last.Headers["authorization"].ShouldBe("Bearer first-key"); // not looked at more than once a second
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        await gateway.ChatAsync();
        provider.Last.Headers["authorization"].ShouldBe("Bearer second-key");

        File.Delete(gateway.PathOf("secret"));
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        (await gateway.ChatAsync()).Status.ShouldBe(200);
        provider.Last.Headers["authorization"].ShouldBe("Bearer second-key");
    }

    private static string Config(string url, string model) => $$"""
        providers: { p: { kind: openai, url: {{url}}/v1 } }
        models: { m: [{ provider: p, model: {{model}} }] }
        """;

    private static async Task ChangeAsync(FileGateway gateway, string text, bool byRename)
    {
        var target = byRename ? gateway.PathOf("tollgate.yaml.next") : gateway.ConfigFile;
        await File.WriteAllTextAsync(target, FileGateway.Whole(text));
        if (byRename) File.Move(target, gateway.ConfigFile, overwrite: true);
    }
}
