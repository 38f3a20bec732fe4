using Tollgate.Tests.Configuration;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Relay;

namespace Tollgate.Tests.Credentials;

/// <summary>Credentials that callers bring, where the operator lets them.</summary>
public sealed class CallerCredentialTests
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";
    private const string Messages = """{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""";
    private const string Completion = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}""";
    private const string Message = """{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""";

    [Theory]
    [InlineData("kind: openai, key: configured", "x-aigw-api-key", "authorization", "Bearer mine")]
    [InlineData("kind: azure-openai, key: configured", "x-aigw-azure-api-key", "api-key", "mine")]
    [InlineData("kind: azure-openai, azure: {}", "x-aigw-azure-access-token", "authorization", "Bearer mine")]
    public async Task A_callers_key_goes_out_as_the_kind_sends_it(string members, string carrier, string header, string expected)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Completion));
        await using var gateway = await StartAsync($"{{ {members}, url: '{provider.Url}', credentialOverride: {{}} }}");

        (await gateway.PostAsync("/v1/chat/completions", Chat, (carrier, " mine "))).Status.ShouldBe(200);
        provider.Last.Headers[header].ShouldBe(expected);
        provider.Last.Headers.Keys.ShouldNotContain(carrier);
    }

    [Fact]
    public async Task Without_one_the_configured_key_is_used()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Message));
        await using var gateway = await StartAsync($"{{ kind: anthropic, key: configured, url: '{provider.Url}', credentialOverride: {{ header: x-mine }} }}");
        (await gateway.PostAsync("/anthropic/v1/messages", Messages)).Status.ShouldBe(200);
        provider.Last.Headers["x-api-key"].ShouldBe("configured");
        (await gateway.PostAsync("/anthropic/v1/messages", Messages, ("x-mine", "mine"))).Status.ShouldBe(200);
        provider.Last.Headers["x-api-key"].ShouldBe("mine");
    }

    [Fact]
    public async Task Where_it_must_be_brought_a_caller_without_one_is_refused()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Completion));
        await using var gateway = await StartAsync($"{{ kind: openai, url: '{provider.Url}', credentialOverride: {{ fallback: false }} }}");
        var (status, body, _) = await gateway.PostAsync("/v1/chat/completions", Chat);
        status.ShouldBe(401);
        body.ShouldContain("missing upstream credential: send it in the header x-aigw-api-key");
        provider.Calls.ShouldBeEmpty();
        (await gateway.PostAsync("/v1/chat/completions", Chat, ("x-aigw-api-key", "mine"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_callers_aws_keys_sign_the_request()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Message));
        await using var gateway = await StartAsync($"{{ kind: aws-anthropic, region: us-east-1, url: '{provider.Url}', credentialOverride: {{ fallback: false }} }}");
        (await gateway.PostAsync("/anthropic/v1/messages", Messages, ("x-aigw-aws-access-key-id", "AKMINE"), ("x-aigw-aws-secret-access-key", "secret-mine"), ("x-aigw-aws-session-token", "token-mine"))).Status.ShouldBe(200);

        provider.Last.ShouldBeSigned("secret-mine");
        provider.Last.Headers["x-amz-security-token"].ShouldBe("token-mine");
        provider.Last.Headers["authorization"].ShouldContain("Credential=AKMINE/");
        provider.Last.Headers.Keys.ShouldNotContain(name => name.StartsWith("x-aigw-", StringComparison.OrdinalIgnoreCase));

        var (status, body, _) = await gateway.PostAsync("/anthropic/v1/messages", Messages, ("x-aigw-aws-access-key-id", "AKMINE"));
        status.ShouldBe(401);
        body.ShouldContain("send both x-aigw-aws-access-key-id and x-aigw-aws-secret-access-key");
    }

    [Fact]
    public async Task The_header_for_one_provider_does_not_reach_another()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, Completion));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              a: { kind: openai, key: configured, url: "{{provider.Url}}" }
              b: { kind: openai, key: other, url: "{{provider.Url}}", credentialOverride: {} }
            models: { m: a, n: b }
            """);
        (await gateway.PostAsync("/v1/chat/completions", Chat, ("x-aigw-api-key", "mine"))).Status.ShouldBe(200);
        provider.Last.Headers["authorization"].ShouldBe("Bearer configured");
        provider.Last.Headers.Keys.ShouldNotContain("x-aigw-api-key");
    }

    [Fact]
    public async Task A_refused_key_of_a_caller_is_told_and_harms_nobody_else()
    {
        await using var provider = new ScriptedProvider(call => call.Headers["authorization"] == "Bearer bad"
            ? call.AnswerAsync(401, """{"error":{"message":"Incorrect API key","type":"invalid_request_error","code":"invalid_api_key"}}""")
            : call.AnswerAsync(200, Completion));
        await using var gateway = await TestGateway.StartAsync($$"""
            retry: { attempts: 3 }
            providers:
              a: { kind: openai, key: configured, url: "{{provider.Url}}", credentialOverride: {} }
              b: { kind: openai, key: spare, url: "{{provider.Url}}" }
            models: { m: [{ provider: a }, { provider: b, priority: 1 }] }
            """);
        for (var i = 0; i < 20; i++) (await gateway.PostAsync("/v1/chat/completions", Chat, ("x-aigw-api-key", "bad"))).Status.ShouldBe(401);
        provider.Calls.Count.ShouldBe(20);

        (await gateway.PostAsync("/v1/chat/completions", Chat)).Status.ShouldBe(200);
        provider.Last.Headers["authorization"].ShouldBe("Bearer configured");
    }

    [Theory]
    [InlineData("{ kind: openai, key: k, credentialOverride: { header: 'a b' } }", "providers.p.credentialOverride.header: this is not a header name")]
    [InlineData("{ kind: openai, key: k, credentialOverride: { fromRequestHeaders: x } }", "unknown key 'fromRequestHeaders' in providers.p.credentialOverride")]
    [InlineData("{ kind: aws-bedrock, url: 'http://127.0.0.1:9', key: k, credentialOverride: {} }", "needs region: us-east-1")]
    [InlineData("{ kind: simulator, credentialOverride: {} }", "credentialOverride: has no effect for kind simulator")]
    public void A_mistake_is_told(string provider, string expected) =>
        string.Join('\n', Loading.Problems($"providers:\n  p: {provider}\nmodels: {{ m: p }}\n")).ShouldContain(expected);

    private static Task<TestGateway> StartAsync(string provider) => TestGateway.StartAsync($"providers: {{ p: {provider} }}\nmodels: {{ m: p }}\n");
}
