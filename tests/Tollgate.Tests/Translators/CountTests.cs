using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Translators;

/// <summary>Counting tokens at every kind of provider.</summary>
public sealed class CountTests
{
    private const string Messages = """{"model":"m","system":"Be brief.","messages":[{"role":"user","content":"one two three"}]}""";

    [Theory]
    [InlineData("anthropic", "claude-haiku-4-5")]
    [InlineData("gcp-anthropic", "claude-haiku-4-5@20251001")]
    [InlineData("aws-anthropic", "us.anthropic.claude-haiku-4-5-20251001-v1:0")]
    [InlineData("aws-bedrock", "us.anthropic.claude-haiku-4-5-20251001-v1:0")]
    [InlineData("gcp-vertex", "gemini-2.5-flash")]
    [InlineData("vllm", "qwen")]
    [InlineData("openai", "gpt-4o")]
    [InlineData("azure-openai", "gpt-4o")]
    public async Task Providers_that_count_are_asked_by_every_client(string kind, string model)
    {
        await using var gateway = await OperationRig.SimulatedAsync(kind, model);
        var (status, body, response) = await gateway.PostAsync("/anthropic/v1/messages/count_tokens", Messages.Replace("\"m\"", $"\"{model}\"", StringComparison.Ordinal), ("anthropic-version", "2023-06-01"));
        status.ShouldBe(200, body);
        body.ShouldBe("""{"input_tokens":6}""");
        response.Header("x-tollgate-estimated").ShouldBe("");
        (await gateway.LogLineAsync()).GetProperty("attempts").GetInt32().ShouldBe(1);

        (status, body, _) = await gateway.PostAsync("/tokenize", $$"""{"model":"{{model}}","prompt":"one two three"}""");
        status.ShouldBe(200, body);
        OperationRig.Json(body).GetProperty("count").GetInt32().ShouldBe(3);
        (status, body, _) = await gateway.PostAsync("/v1/tokenize", $$"""{"model":"{{model}}","messages":[{"role":"user","content":"one two three"}]}""");
        status.ShouldBe(200, body);
        OperationRig.Json(body).GetProperty("count").GetInt32().ShouldBe(3);
        (await gateway.LogLineAsync(3)).GetProperty("usage").GetProperty("input_tokens").GetInt32().ShouldBe(3);
    }

    [Theory]
    [InlineData("groq")]
    [InlineData("cohere")]
    public async Task Where_nobody_counts_the_gateway_estimates_and_says_so(string kind)
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(500, "{}"));
        await using var gateway = await OperationRig.ScriptedAsync(provider, kind, "x");
        var (status, body, response) = await gateway.PostAsync("/v1/messages/count_tokens", Messages);
        status.ShouldBe(200, body);
        OperationRig.Json(body).GetProperty("input_tokens").GetInt32().ShouldBeInRange(10, 25);
        response.Header("x-tollgate-estimated").ShouldBe("input_tokens");
        response.Header("x-tollgate-provider").ShouldBe("p");
        provider.Calls.ShouldBeEmpty();
        var line = await gateway.LogLineAsync();
        line.GetProperty("attempts").GetInt32().ShouldBe(0);
        line.GetProperty("status").GetInt32().ShouldBe(200);
        line.TryGetProperty("usage", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("anthropic", "claude-haiku-4-5")]
    [InlineData("aws-bedrock", "anthropic.claude-haiku-4-5-20251001-v1:0")]
    [InlineData("gcp-vertex", "gemini-2.5-flash")]
    [InlineData("vllm", "qwen")]
    [InlineData("openai", "gpt-4o")]
    public async Task A_client_of_responses_is_told_in_its_own_shape(string kind, string model)
    {
        await using var gateway = await OperationRig.SimulatedAsync(kind, model);
        var (status, body, _) = await gateway.PostAsync("/v1/responses/input_tokens", $$"""{"model":"{{model}}","instructions":"Be brief.","input":"one two three"}""");
        status.ShouldBe(200, body);
        body.ShouldBe("""{"object":"response.input_tokens","input_tokens":6}""");
    }

    [Fact]
    public async Task A_count_of_what_another_provider_keeps_is_refused()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(500, "{}"));
        await using var gateway = await OperationRig.ScriptedAsync(provider, "groq", "x");
        var (status, body, _) = await gateway.PostAsync("/v1/responses/input_tokens", """{"model":"m","input":"a","previous_response_id":"resp_1"}""");
        status.ShouldBe(400);
        body.ShouldContain("previous_response_id");
    }

    [Fact]
    public async Task A_backend_that_knows_is_asked_before_one_that_would_be_guessed_for()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, """{"input_tokens":9}"""));
        await using var gateway = await TestGateway.StartAsync(
            $$"""
            providers:
              g: { kind: groq, url: '{{provider.Url}}/v1', key: k }
              c: { kind: anthropic, url: '{{provider.Url}}/v1', key: k }
            models:
              m: [{ provider: g, model: x }, { provider: c, model: claude-x, priority: 1 }]
            """);
        var (status, body, response) = await gateway.PostAsync("/v1/messages/count_tokens", Messages);
        (status, body).ShouldBe((200, """{"input_tokens":9}"""));
        response.Header("x-tollgate-estimated").ShouldBe("");
        response.Header("x-tollgate-provider").ShouldBe("c");
    }

    [Fact]
    public async Task A_bad_question_is_not_estimated()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(500, "{}"));
        await using var gateway = await OperationRig.ScriptedAsync(provider, "groq", "x");
        var (status, body, _) = await gateway.PostAsync("/v1/messages/count_tokens", """{"model":"m"}""");
        status.ShouldBe(400);
        OperationRig.Json(body).GetProperty("type").GetString().ShouldBe("error");
    }

    [Fact]
    public async Task Tokenize_lies_beside_the_version_at_a_vLLM_server_and_is_relayed_byte_for_byte()
    {
        const string Answer = """{"count":2,"max_model_len":4096,"tokens":[1,2]}""";
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, Answer));
        await using var gateway = await OperationRig.ScriptedAsync(provider, "vllm", "qwen");
        var (status, body, _) = await gateway.PostAsync("/tokenize", """{"model":"m", "prompt":"a b"}""");
        (status, body).ShouldBe((200, Answer));
        provider.Last.Target.ShouldBe("/tokenize");
        provider.Last.Text.ShouldBe("""{"model":"qwen", "prompt":"a b"}""");
        (await gateway.LogLineAsync()).GetProperty("usage").GetProperty("input_tokens").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_client_of_another_API_is_counted_in_Anthropics_version()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, """{"input_tokens":9}"""));
        await using var gateway = await OperationRig.ScriptedAsync(provider, "anthropic", "claude-x");
        (await gateway.PostAsync("/tokenize", """{"model":"m","prompt":"a b"}""")).Body.ShouldBe("""{"count":9,"max_model_len":0,"tokens":null}""");
        provider.Last.Target.ShouldBe("/v1/messages/count_tokens");
        provider.Last.Headers["anthropic-version"].ShouldBe("2023-06-01");
        provider.Last.Text.ShouldBe("""{"model":"claude-x","messages":[{"role":"user","content":[{"type":"text","text":"a b"}]}]}""");
    }

    [Fact]
    public async Task What_the_operator_sets_in_bodies_stays_out_of_the_wrapper()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, """{"inputTokens":9}"""));
        await using var gateway = await OperationRig.ScriptedAsync(provider, "aws-bedrock", "us.anthropic.claude-v1:0", more: ", body: { set: { serviceTier: { type: flex } } }");
        (await gateway.PostAsync("/v1/messages/count_tokens", Messages)).Status.ShouldBe(200);
        provider.Last.Target.ShouldBe("/model/anthropic.claude-v1%3A0/count-tokens");
        provider.Last.Text.ShouldStartWith("""{"input":{"converse":{""");
    }

    [Fact]
    public async Task An_error_of_the_counter_comes_in_the_clients_shape()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(400, """{"message":"This model cannot count."}""", ("x-amzn-errortype", "ValidationException")));
        await using var gateway = await OperationRig.ScriptedAsync(provider, "aws-bedrock", "amazon.nova-pro-v1:0");
        var (status, body, _) = await gateway.PostAsync("/v1/messages/count_tokens", Messages);
        status.ShouldBe(400);
        var error = OperationRig.Json(body);
        error.GetProperty("type").GetString().ShouldBe("error");
        error.GetProperty("error").GetProperty("message").GetString().ShouldBe("This model cannot count.");
    }
}
