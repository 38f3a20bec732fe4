using System.Text.Json;
using Tollgate.Tests.Configuration;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Routing;

/// <summary>Models that are found by headers and hosts, and what a backend alone changes of requests.</summary>
public sealed class MatchTests
{
    private const string Yaml = """
        models:
          gold:
            match: { model: gpt-4o, headers: { x-tier: gold, x-team: { regex: "a|b+" } } }
            backends: [{ provider: p, model: sent-to-gold }]
          mini:
            match: { model: { regex: "gpt-4o-mini(-.*)?" } }
            backends: [{ provider: p, model: sent-to-mini }]
          shop:
            match: { model: "*", hosts: [shop.example, "*.shop.example"] }
            backends: [{ provider: p, model: sent-to-shop }]
          deep:
            match: { model: gpt-4o, hosts: ["*.deep.shop.example"] }
            backends: [{ provider: p, model: sent-to-deep }]
          gpt-4o: [{ provider: p, model: sent-to-plain }]
          "*": [{ provider: p, model: sent-to-rest }]
        """;

    [Theory]
    [InlineData("gpt-4o", "", "sent-to-plain")]
    [InlineData("gpt-4o", "x-tier=gold x-team=a", "sent-to-gold")]
    [InlineData("gpt-4o", "x-tier=gold x-team=bbb", "sent-to-gold")]
    [InlineData("gpt-4o", "x-tier=gold x-team=abb", "sent-to-plain")]
    [InlineData("gpt-4o", "x-tier=gold", "sent-to-plain")]
    [InlineData("gpt-4o", "x-tier=silver x-team=a", "sent-to-plain")]
    [InlineData("gpt-4o-mini-2025", "", "sent-to-mini")]
    [InlineData("my-gpt-4o-mini", "", "sent-to-rest")]
    [InlineData("gpt-4o", "host=shop.example", "sent-to-shop")]
    [InlineData("gpt-4o", "host=EU.shop.example:8080", "sent-to-shop")]
    [InlineData("gpt-4o", "host=a.deep.shop.example", "sent-to-deep")]
    [InlineData("gpt-4o", "host=127.0.0.1", "sent-to-plain")]
    public async Task The_model_is_found_by_name_headers_and_host(string model, string headers, string sent)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await TestGateway.StartAsync(Providers(provider) + Yaml);
        (await Ask(gateway, model, headers)).Status.ShouldBe(200);
        JsonDocument.Parse(provider.Last.Text).RootElement.GetProperty("model").GetString().ShouldBe(sent);
    }

    [Fact]
    public async Task Who_addresses_a_host_that_models_name_is_served_by_those_only()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await TestGateway.StartAsync(Providers(provider) + Yaml);
        (await Ask(gateway, "other", "host=a.deep.shop.example")).Status.ShouldBe(404);
        provider.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("127.0.0.1", "gpt-4o")]
    [InlineData("a.deep.shop.example", "gpt-4o")]
    [InlineData("shop.example", "")]
    public async Task A_list_of_models_shows_those_of_the_host_by_the_names_that_are_asked_for(string host, string names)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await TestGateway.StartAsync(Providers(provider) + Yaml);
        using var message = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        message.Headers.Host = host;
        var list = JsonDocument.Parse(await (await gateway.Client.SendAsync(message)).Content.ReadAsStringAsync()).RootElement;
        string.Join(' ', list.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString())).ShouldBe(names);
    }

    [Fact]
    public async Task A_backend_s_own_changes_come_before_its_provider_s()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              p: { kind: openai, url: {{provider.Url}}/v1, headers: { set: { x-a: provider, x-b: provider } }, body: { set: { user: provider, seed: 1 } } }
            models:
              changed:
                - { provider: p, headers: { set: { x-a: backend }, remove: [x-gone] }, body: { set: { user: backend }, remove: [logit_bias] } }
              plain: p
            """);
        await gateway.PostAsync("/v1/chat/completions", """{"model":"changed","logit_bias":{},"messages":[]}""", ("x-gone", "1"));
        provider.Last.Headers["x-a"].ShouldBe("backend");
        provider.Last.Headers["x-b"].ShouldBe("provider");
        provider.Last.Headers.ShouldNotContainKey("x-gone");
        var body = JsonDocument.Parse(provider.Last.Text).RootElement;
        body.GetProperty("user").GetString().ShouldBe("backend");
        body.GetProperty("seed").GetInt32().ShouldBe(1);
        body.TryGetProperty("logit_bias", out _).ShouldBeFalse();

        await gateway.PostAsync("/v1/chat/completions", """{"model":"plain","messages":[]}""", ("x-gone", "1"));
        provider.Last.Headers["x-a"].ShouldBe("provider");
        provider.Last.Headers["x-gone"].ShouldBe("1");
        JsonDocument.Parse(provider.Last.Text).RootElement.GetProperty("user").GetString().ShouldBe("provider");
    }

    [Theory]
    [InlineData("{ model: { regex: \"(a)\\\\1\" } }", "look-arounds and back-references")]
    [InlineData("{ headers: { \"x y\": a } }", "not a header name")]
    [InlineData("{ hosts: [localhost] }", "must be a host name")]
    [InlineData("{ modell: a }", "did you mean 'model'")]
    public void What_cannot_be_matched_is_refused_at_its_place(string match, string reason) =>
        Loading.Problems($"providers: {{ openai: {{ key: k }} }}\nmodels:\n  m:\n    match: {match}\n    backends: openai\n")
            .ShouldHaveSingleItem().ShouldSatisfyAllConditions(p => p.ShouldStartWith("t.yaml:4:"), p => p.ShouldContain(reason));

    private static string Providers(ScriptedProvider provider) => $"providers: {{ p: {{ kind: openai, url: {provider.Url}/v1 }} }}\n";

    private static Task<(int Status, string Body, HttpResponseMessage Response)> Ask(TestGateway gateway, string model, string headers) => gateway.PostAsync(
        "/v1/chat/completions",
        $$"""{"model":"{{model}}","messages":[]}""",
        [.. headers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(h => h.Split('=')).Select(h => (h[0], h[1]))]);
}
