using System.Text.Json;
using static Tollgate.Kubernetes.Tests.Manifest;

namespace Tollgate.Kubernetes.Tests;

/// <summary>What a gateway does that runs manifests: whole requests to scripted providers.</summary>
public sealed class ServingTests
{
    private static readonly (string, string)[] Ports = [("TOLLGATE_LISTEN", "127.0.0.1:0"), ("TOLLGATE_ADMIN", "127.0.0.1:0")];

    [Fact]
    public async Task A_route_is_found_by_the_model_s_header_and_the_body_s_model()
    {
        await using var first = Answering();
        await using var second = Answering();
        await using var gateway = await StartAsync(
            Route($"{Rule("one", "{ name: a, modelNameOverride: at-a }")}, {Rule("two", "{ name: b }")}") + Backend("a", first.Url) + Backend("b", second.Url));
        await Ask(gateway, "one");
        await Ask(gateway, "anything", ("x-ai-eg-model", "two"));
        Model(first.Calls.Single().Text).ShouldBe("at-a");
        Model(second.Calls.Single().Text).ShouldBe("two");
        first.Last.Target.ShouldBe("/v1/chat/completions");
        (await Ask(gateway, "three")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("m", "", "a")]
    [InlineData("m", "x-tier=gold", "b")]
    [InlineData("m", "x-tier=gold x-team=red", "c")]
    [InlineData("m-mini", "", "d")]
    [InlineData("other", "", "e")]
    [InlineData("other", "x-tier=gold", "e")]
    public async Task More_headers_come_first_and_exact_ones_before_expressions(string model, string headers, string sent)
    {
        await using var provider = Answering();
        const string M = "{ name: x-ai-eg-model, value: m }";
        await using var gateway = await StartAsync(Route($$"""
            { backendRefs: [{ name: b, modelNameOverride: e }] },
            { matches: [{ headers: [{ name: x-ai-eg-model, type: RegularExpression, value: "m.*" }] }], backendRefs: [{ name: b, modelNameOverride: d }] },
            { matches: [{ headers: [{{M}}] }], backendRefs: [{ name: b, modelNameOverride: a }] },
            { matches: [{ headers: [{{M}}, { name: x-tier, type: RegularExpression, value: "g.*" }] }], backendRefs: [{ name: b, modelNameOverride: b }] },
            { matches: [{ headers: [{{M}}, { name: x-tier, value: gold }, { name: x-team, value: red }] }], backendRefs: [{ name: b, modelNameOverride: c }] }
            """.ReplaceLineEndings(" ")) + Backend("b", provider.Url));
        await Ask(gateway, model, [.. headers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(h => h.Split('=')).Select(h => (h[0], h[1]))]);
        Model(provider.Last.Text).ShouldBe(sent);
    }

    [Fact]
    public async Task Host_names_decide_which_routes_serve_and_which_models_are_listed()
    {
        await using var provider = Answering();
        await using var gateway = await StartAsync(
            Route(Rule("m", "{ name: b, modelNameOverride: here }", ", modelsOwnedBy: me, modelsCreatedAt: '2025-05-14T00:00:00Z'"), ", hostnames: [api.my.org]")
            + Route(Rule("m", "{ name: b, modelNameOverride: elsewhere }")).Replace("{ name: r }", "{ name: s }", StringComparison.Ordinal) + Backend("b", provider.Url));
        await Ask(gateway, "m", ("host", "api.my.org"));
        Model(provider.Last.Text).ShouldBe("here");
        await Ask(gateway, "m");
        Model(provider.Last.Text).ShouldBe("elsewhere");

        using var message = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        message.Headers.Host = "api.my.org";
        var listed = JsonDocument.Parse(await (await gateway.Client.SendAsync(message)).Content.ReadAsStringAsync()).RootElement.GetProperty("data")[0];
        listed.GetProperty("id").GetString().ShouldBe("m");
        listed.GetProperty("owned_by").GetString().ShouldBe("me");
        listed.GetProperty("created").GetInt64().ShouldBe(1747180800);
    }

    [Fact]
    public async Task A_model_list_shows_exact_names_only_with_the_original_s_owner()
    {
        await using var gateway = await StartAsync(
            Route(Rule("m", "{ name: b }") + ", { matches: [{ headers: [{ name: x-ai-eg-model, type: RegularExpression, value: 'x-(a|b)' }] }], backendRefs: [{ name: b }] }") + Backend("b", "http://10.0.0.1:80"));
        var list = JsonDocument.Parse(await gateway.Client.GetStringAsync("/v1/models")).RootElement.GetProperty("data");
        list.GetArrayLength().ShouldBe(1);
        list[0].GetProperty("owned_by").GetString().ShouldBe("Envoy AI Gateway");
    }

    [Fact]
    public async Task Headers_and_bodies_are_changed_at_both_levels_and_the_reference_wins()
    {
        await using var provider = Answering();
        await using var gateway = await StartAsync(
            Route(Rule("m", "{ name: b, headerMutation: { set: [{ name: x-a, value: reference }], remove: [x-gone] }, bodyMutation: { set: [{ path: user, value: '\"reference\"' }, { path: flag, value: 'true' }], remove: [n] } }"))
            + Backend("b", provider.Url, more: ", headerMutation: { set: [{ name: x-a, value: backend }, { name: x-b, value: backend }], remove: [x-too] }, bodyMutation: { set: [{ path: user, value: plain text }, { path: seed, value: '7' }] }"));
        await gateway.PostAsync("/v1/chat/completions", """{"model":"m","n":2,"messages":[]}""", ("x-gone", "1"), ("x-too", "1"));
        var call = provider.Last;
        call.Headers["x-a"].ShouldBe("reference");
        call.Headers["x-b"].ShouldBe("backend");
        call.Headers.ShouldNotContainKey("x-gone");
        call.Headers.ShouldNotContainKey("x-too");
        var body = JsonDocument.Parse(call.Text).RootElement;
        body.GetProperty("user").GetString().ShouldBe("reference");
        body.GetProperty("flag").GetBoolean().ShouldBeTrue();
        body.GetProperty("seed").GetInt32().ShouldBe(7);
        body.TryGetProperty("n", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("{ targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: r }], retry: { numRetries: 1, numAttemptsPerPriority: 1 } }", 200, 1)]
    [InlineData("{ targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: gw }], retry: { numRetries: 1, numAttemptsPerPriority: 1 } }", 200, 1)]
    [InlineData("{ targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: other }], retry: { numRetries: 1, numAttemptsPerPriority: 1 } }", 500, 0)]
    [InlineData("{ targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: r }], retry: { numRetries: 0 } }", 500, 0)]
    public async Task The_next_priority_is_asked_where_a_policy_allows_retries(string policy, int status, int calls)
    {
        await using var broken = new ScriptedProvider(call => call.AnswerAsync(500, """{"error":{"message":"no"}}"""));
        await using var good = Answering();
        await using var gateway = await StartAsync(
            Route(Rule("m", "{ name: good, priority: 1 }, { name: broken }")) + Backend("broken", broken.Url) + Backend("good", good.Url) + Of("BackendTrafficPolicy", "p", policy));
        (await Ask(gateway, "m")).Status.ShouldBe(status);
        good.Calls.Count.ShouldBe(calls);
    }

    [Fact]
    public async Task Weights_divide_requests_and_a_weight_of_0_takes_a_backend_out()
    {
        await using var one = Answering();
        await using var two = Answering();
        await using var none = Answering();
        await using var gateway = await StartAsync(
            Route(Rule("m", "{ name: one, weight: 9 }, { name: two }, { name: none, weight: 0 }")) + Backend("one", one.Url) + Backend("two", two.Url) + Backend("none", none.Url));
        for (var i = 0; i < 200; i++) await Ask(gateway, "m");
        none.Calls.ShouldBeEmpty();
        two.Calls.Count.ShouldBeInRange(1, 60);
        (one.Calls.Count + two.Calls.Count).ShouldBe(200);
    }

    [Theory]
    [InlineData("{ name: OpenAI, prefix: /openai/v1 }", "APIKey", "apiKey: { secretRef: { name: s } }", "/openai/v1/chat/completions", "authorization", "Bearer the-key")]
    [InlineData("{ name: OpenAI }", "AzureAPIKey", "azureAPIKey: { secretRef: { name: s } }", "/v1/chat/completions", "api-key", "the-key")]
    [InlineData("{ name: AzureOpenAI, version: 2025-01-01-preview }", "AzureAPIKey", "azureAPIKey: { secretRef: { name: s } }", "/openai/deployments/m/chat/completions?api-version=2025-01-01-preview", "api-key", "the-key")]
    [InlineData("{ name: AzureOpenAI, version: 2025-01-01-preview }", "APIKey", "apiKey: { secretRef: { name: s } }", "/openai/deployments/m/chat/completions?api-version=2025-01-01-preview", "authorization", "Bearer the-key")]
    [InlineData("{ name: Anthropic }", "AnthropicAPIKey", "anthropicAPIKey: { secretRef: { name: s } }", "/v1/messages", "x-api-key", "the-key")]
    [InlineData("{ name: AWSBedrock }", "AWSCredentials", "awsCredentials: { region: us-east-1, credentialsFile: { secretRef: { name: s } } }", "/model/m/converse", "authorization", "AWS4-HMAC-SHA256 Credential=AKID/")]
    public async Task A_backend_is_called_with_its_schema_s_path_and_its_credential(string schema, string type, string member, string path, string header, string value)
    {
        await using var provider = Answering();
        await using var gateway = await StartAsync(Route(Rule("m", "{ name: b }")) + Backend("b", provider.Url, schema)
            + Of("BackendSecurityPolicy", "p", $"{{ targetRefs: [{{ group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: b }}], type: {type}, {member} }}")
            + Of("Secret", "s", "stringData: { apiKey: the-key, credentials: \"[other]\\naws_access_key_id = NO\\n[default]\\naws_access_key_id = AKID\\naws_secret_access_key=SECRET\\n\" }"));
        await gateway.PostAsync("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"hi"}]}""");
        provider.Last.Target.ShouldBe(path);
        provider.Last.Headers[header].ShouldStartWith(value);
    }

    [Fact]
    public async Task A_caller_s_own_credential_goes_in_place_of_the_configured_one()
    {
        await using var provider = Answering();
        await using var gateway = await StartAsync(Route(Rule("m", "{ name: b }")) + Backend("b", provider.Url)
            + Of("BackendSecurityPolicy", "p", "{ targetRefs: [{ group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: b }], type: APIKey, apiKey: { secretRef: { name: s } }, credentialOverride: { fromRequestHeaders: {} } }")
            + Of("Secret", "s", "stringData: { apiKey: the-key }"));
        await Ask(gateway, "m", ("x-aigw-api-key", "own-key"));
        provider.Last.Headers["authorization"].ShouldBe("Bearer own-key");
        await Ask(gateway, "m");
        provider.Last.Headers["authorization"].ShouldBe("Bearer the-key");
    }

    [Fact]
    public async Task Costs_of_the_route_come_before_those_of_the_gateway()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, """{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}"""));
        var gatewayWithCosts = Gateway.Replace("{ name: gw }", "{ name: gw, annotations: { aigateway.envoyproxy.io/gateway-config: c } }", StringComparison.Ordinal);
        await using var gateway = await StartAsync(
            Route(Rule("m", "{ name: b }"), ", llmRequestCosts: [{ metadataKey: both, type: CEL, cel: 'input_tokens * 2u' }]") + Backend("b", provider.Url)
            + Of("GatewayConfig", "c", "{ globalLLMRequestCosts: [{ metadataKey: both, type: OutputToken }, { metadataKey: total, type: TotalToken }] }"), gatewayWithCosts);
        await Ask(gateway, "m");
        var costs = (await gateway.LogLineAsync()).GetProperty("costs");
        costs.GetProperty("both").GetInt64().ShouldBe(10);
        costs.GetProperty("total").GetInt64().ShouldBe(7);
    }

    private static ScriptedProvider Answering() => new(call => call.AnswerAsync(200, "{}"));

    private static Task<TestGateway> StartAsync(string manifests, string? gateway = null) => TestGateway.StartAsync(Config((gateway ?? Gateway) + manifests, Ports));

    private static Task<(int Status, string Body, HttpResponseMessage Response)> Ask(TestGateway gateway, string model, params (string, string)[] headers) =>
        gateway.PostAsync("/v1/chat/completions", $$"""{"model":"{{model}}","messages":[]}""", headers);

    private static string? Model(string body) => JsonDocument.Parse(body).RootElement.GetProperty("model").GetString();
}
