using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Routing.Health;

/// <summary>Several keys of one provider: spread, and retired one by one.</summary>
public sealed class KeyTests
{
    private const string Body = """{"model":"m","messages":[]}""";
    private const string Error = """{"error":{"message":"no","type":"server_error","param":null,"code":null}}""";

    private readonly ManualTime _time = new();
    private readonly FixedChance _chance = new();

    [Theory]
    [InlineData(0.0, "a")]
    [InlineData(0.49, "a")]
    [InlineData(0.5, "b")]
    [InlineData(0.99, "b")]
    public async Task Requests_are_spread_over_the_keys(double chance, string key)
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider);
        _chance.Value = chance;
        await PostAsync(gateway);
        Key(provider.Last).ShouldBe(key);
    }

    [Fact]
    public async Task The_keys_of_a_backend_share_its_weight()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider, "m: [one, { provider: single, weight: 3 }]");
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < 80; i++)
        {
            _chance.Value = (i + 0.5) / 80;
            await PostAsync(gateway);
            counts[Key(provider.Last)] = counts.GetValueOrDefault(Key(provider.Last)) + 1;
        }

        (counts["a"], counts["b"], counts["c"]).ShouldBe((10, 10, 60));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(402)]
    public async Task A_refused_key_is_retired_at_once_and_tried_again_later(int status)
    {
        var revoked = true;
        await using var provider = new ScriptedProvider(c => revoked && Key(c) == "a" ? c.AnswerAsync(status, Error) : c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider);
        for (var i = 0; i < 5; i++) (await PostAsync(gateway)).ShouldBe(200); // the first one on the second key
        provider.Calls.Select(Key).ShouldBe(["a", "b", "b", "b", "b", "b"]);
        revoked = false;
        _time.Advance(TimeSpan.FromSeconds(10));
        await PostAsync(gateway);
        await PostAsync(gateway);
        provider.Calls.Select(Key).TakeLast(2).ShouldBe(["a", "a"]);
    }

    [Fact]
    public async Task A_forbidden_model_retires_a_key_only_when_nothing_else_works_with_it()
    {
        await using var provider = new ScriptedProvider(c => c.Text.Contains("other", StringComparison.Ordinal) ? c.AnswerAsync(403, Error) : c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider, "m: single\n  other: single", attempts: 1);
        for (var i = 0; i < 4; i++)
        {
            (await PostAsync(gateway, "other")).ShouldBe(502); // what a provider says of the gateway's key is not the client's to read
            (await PostAsync(gateway, "other")).ShouldBe(502);
            (await PostAsync(gateway)).ShouldBe(200);
        }

        (await EjectionsOfKeyAsync(gateway, "single")).ShouldBe(0);
        for (var i = 0; i < 3; i++) (await PostAsync(gateway, "other")).ShouldBe(502);
        (await EjectionsOfKeyAsync(gateway, "single")).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_that_is_busy_rests_and_its_sister_answers()
    {
        await using var provider = new ScriptedProvider(c => Key(c) == "a" ? c.AnswerAsync(429, Error, ("retry-after", "5")) : c.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider);
        for (var i = 0; i < 3; i++) (await PostAsync(gateway)).ShouldBe(200);
        provider.Calls.Select(Key).ShouldBe(["a", "b", "b", "b"]);
        _time.Advance(TimeSpan.FromSeconds(5));
        await PostAsync(gateway);
        provider.Calls.Select(Key).TakeLast(2).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task When_every_key_is_refused_the_caller_hears_of_the_gateways_credentials()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(401, Error));
        await using var gateway = await StartAsync(provider);
        await PostAsync(gateway);
        var (status, body, response) = await gateway.PostAsync("/v1/chat/completions", Body);
        status.ShouldBe(502);
        body.ShouldContain("upstream_credentials_exhausted");
        response.Headers.GetValues("retry-after").ShouldBe(["10"]);
        provider.Calls.Count.ShouldBe(2); // one a key
    }

    [Fact]
    public async Task No_key_is_shown_to_the_operator()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(401, Error));
        await using var gateway = await StartAsync(provider);
        await PostAsync(gateway);
        var text = await gateway.Admin.GetStringAsync("/backends");
        var backends = JsonDocument.Parse(text).RootElement.GetProperty("backends").EnumerateArray().ToArray();
        backends.Select(b => b.GetProperty("key").GetString()).ShouldBe(["keys[0]", "keys[1]"]);
        backends.Select(b => b.GetProperty("state").GetString()).ShouldBe(["key_refused", "key_refused"]);
        backends.Select(b => b.GetProperty("last_error").GetString()).ShouldBe(["status 401", "status 401"]);
        (text + await gateway.Admin.GetStringAsync("/config") + await gateway.Admin.GetStringAsync("/metrics")).ShouldNotContain("secret-");
    }

    private static string Key(ProviderCall call) => call.Headers["authorization"]["Bearer secret-".Length..];

    private static async Task<int> EjectionsOfKeyAsync(TestGateway gateway, string provider)
    {
        using var page = System.Text.Json.JsonDocument.Parse(await gateway.Admin.GetStringAsync("/backends"));
        return page.RootElement.GetProperty("backends").EnumerateArray().First(b => b.GetProperty("provider").GetString() == provider).GetProperty("key_ejections").GetInt32();
    }

    private static async Task<int> PostAsync(TestGateway gateway, string model = "m") =>
        (await gateway.PostAsync("/v1/chat/completions", Body.Replace("\"m\"", $"\"{model}\"", StringComparison.Ordinal))).Status;

    private Task<TestGateway> StartAsync(ScriptedProvider provider, string models = "m: one", int attempts = 3) => TestGateway.StartAsync($$"""
        providers:
          one: { kind: openai, url: {{provider.Url}}/v1, keys: [secret-a, secret-b] }
          single: { kind: openai, url: {{provider.Url}}/v1, key: secret-c }
        models:
          {{models}}
        retry: { attempts: {{attempts}} }
        """, s =>
    {
        s.AddSingleton<TimeProvider>(_time);
        s.AddSingleton<Chance>(_chance);
    });
}
