using System.Globalization;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Routing.LoadBalancing;

/// <summary>Requests that belong together meet at one backend, and what belongs together is found in what clients really send.</summary>
public sealed class AffinityTests
{
    private const string Chat = "/v1/chat/completions";

    [Fact]
    public async Task A_header_keeps_requests_together_and_different_ones_are_spread()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider, "{ hash: { header: x-tenant } }");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var tenant = 0; tenant < 20; tenant++)
        {
            var name = tenant.ToString(CultureInfo.InvariantCulture);
            var first = await AskAsync(gateway, provider, Chat, "{\"model\":\"m\",\"messages\":[]}", ("x-tenant", name));
            seen.Add(first);
            for (var i = 0; i < 3; i++) (await AskAsync(gateway, provider, Chat, $"{{\"model\":\"m\",\"messages\":[{i}]}}", ("x-tenant", name))).ShouldBe(first);
        }

        seen.Count.ShouldBeGreaterThan(2);
    }

    [Theory]
    [InlineData(Chat, """{"model":"m","prompt_cache_key":"S","messages":[1]}""", """{"model":"m","messages":[2],"prompt_cache_key":"S"}""")]
    [InlineData(Chat, """{"model":"m","user":"S","messages":[1]}""", """{"model":"m","messages":[2],"user":"S"}""")]
    [InlineData("/v1/messages", """{"model":"m","metadata":{"user_id":"S"},"messages":[1]}""", """{"model":"m","messages":[2],"metadata":{"x":1,"user_id":"S"}}""")]
    [InlineData("/v1/responses", """{"model":"m","prompt_cache_key":"S","input":"a"}""", """{"model":"m","prompt_cache_key":"S","input":"b"}""")]
    [InlineData(Chat, """{"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"hi S"}]}""", """{"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"hi S"},{"role":"assistant","content":"x"},{"role":"user","content":"more"}]}""")]
    [InlineData("/v1/messages", """{"model":"m","system":"S","messages":[{"role":"user","content":"a"}]}""", """{"model":"m","system":"S","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"x"},{"role":"user","content":"b"}]}""")]
    [InlineData("/v1/responses", """{"model":"m","instructions":"S","input":[{"role":"user","content":"a"}]}""", """{"model":"m","instructions":"S","input":[{"role":"user","content":"a"},{"type":"reasoning"},{"role":"user","content":"b"}]}""")]
    public async Task A_conversation_stays_where_it_began(string path, string turn, string nextTurn)
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider, "{ hash: session }", kind: path == "/v1/messages" ? "anthropic" : "openai");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 20; i++)
        {
            var session = "session " + i.ToString(CultureInfo.InvariantCulture);
            var first = await AskAsync(gateway, provider, path, turn.Replace("S", session, StringComparison.Ordinal));
            seen.Add(first);
            (await AskAsync(gateway, provider, path, nextTurn.Replace("S", session, StringComparison.Ordinal))).ShouldBe(first);
        }

        seen.Count.ShouldBeGreaterThan(2);
    }

    [Theory]
    [InlineData("x-session-id")]
    [InlineData("session_id")]
    [InlineData("session-id")]
    public async Task A_session_that_the_client_names_wins(string header)
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider, "{ hash: session }");
        var first = await AskAsync(gateway, provider, Chat, """{"model":"m","prompt_cache_key":"0"}""", (header, "one"));
        for (var i = 1; i < 10; i++) (await AskAsync(gateway, provider, Chat, $"{{\"model\":\"m\",\"prompt_cache_key\":\"{i}\"}}", (header, "one"))).ShouldBe(first);
    }

    [Fact]
    public async Task A_client_keeps_its_backend()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        var clients = string.Join(", ", Enumerable.Range(0, 12).Select(i => $"c{i}: {{ key: client-key-number-{i:00} }}"));
        await using var gateway = await StartAsync(provider, "{ hash: client }", $"clients: {{ {clients} }}\n");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 12; i++)
        {
            (string, string) key = ("authorization", $"Bearer client-key-number-{i:00}");
            var first = await AskAsync(gateway, provider, Chat, """{"model":"m"}""", key);
            seen.Add(first);
            (await AskAsync(gateway, provider, Chat, """{"model":"m","x":1}""", key)).ShouldBe(first);
        }

        seen.Count.ShouldBeGreaterThan(2);
    }

    private static async Task<string> AskAsync(TestGateway gateway, ScriptedProvider provider, string path, string body, params (string, string)[] headers)
    {
        (await gateway.PostAsync(path, body, headers)).Status.ShouldBe(200);
        return provider.Last.Headers.GetValueOrDefault("authorization") + provider.Last.Headers.GetValueOrDefault("x-api-key");
    }

    private static Task<TestGateway> StartAsync(ScriptedProvider provider, string balance, string more = "", string kind = "openai") => TestGateway.StartAsync($$"""
        providers: { p: { kind: {{kind}}, url: {{provider.Url}}/v1, keys: [a, b, c, d, e] } }
        models: { m: { backends: [p], balance: {{balance}} } }
        {{more}}
        """);
}
