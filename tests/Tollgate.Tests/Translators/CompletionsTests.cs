using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Translators;

/// <summary>OpenAI's older completions at providers that only chat.</summary>
public sealed class CompletionsTests
{
    private const string Path = "/v1/completions";

    [Theory]
    [InlineData("anthropic", "claude-haiku-4-5")]
    [InlineData("gcp-anthropic", "claude-haiku-4-5@20251001")]
    [InlineData("aws-anthropic", "anthropic.claude-haiku-4-5-20251001-v1:0")]
    [InlineData("aws-bedrock", "amazon.nova-pro-v1:0")]
    [InlineData("gcp-vertex", "gemini-2.5-flash")]
    [InlineData("groq", "llama-3.3-70b")]
    public async Task Every_kind_goes_on_with_prompts_whole_and_streamed(string kind, string model)
    {
        await using var gateway = await OperationRig.SimulatedAsync(kind, model);
        var (status, body, _) = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","prompt":["one two","three"],"max_tokens":40}""");
        status.ShouldBe(200, body);
        var whole = OperationRig.Json(body);
        whole.GetProperty("object").GetString().ShouldBe("text_completion");
        whole.GetProperty("choices").EnumerateArray().Select(c => c.GetProperty("index").GetInt32()).ShouldBe([0, 1]);
        var texts = whole.GetProperty("choices").EnumerateArray().Select(c => c.GetProperty("text").GetString()!).ToArray();
        texts[0].ShouldContain("one two");
        texts[1].ShouldContain("three");
        whole.GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBe(3);
        var line = await gateway.LogLineAsync();
        if (kind != "aws-bedrock") line.GetProperty("model_response").GetString().ShouldBe(model); // Converse names none

        foreach (var prompt in new[] { "\"one two\"", "[\"one two\"]" })
        {
            var (_, stream, response) = await gateway.PostAsync(Path, $$$"""{"model":"{{{model}}}","prompt":{{{prompt}}},"max_tokens":40,"stream":true,"stream_options":{"include_usage":true}}""");
            response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream", stream);
            Text(stream).ShouldBe(texts[0]);
            stream.ShouldContain("\"usage\":{\"prompt_tokens\":2,");
            stream.ShouldEndWith("data: [DONE]\n\n");
        }

        var (_, both, answer) = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","prompt":["one two","three"],"max_tokens":40,"stream":true}""");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream", both);
        both.ShouldContain("\"index\":1");
        both.ShouldNotContain("\"usage\":");
        (await gateway.LogLineAsync(4)).GetProperty("usage").GetProperty("input_tokens").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task A_stream_that_breaks_ends_with_an_error_and_not_as_if_it_were_whole()
    {
        await using var gateway = await OperationRig.SimulatedAsync("anthropic", "claude-haiku-4-5");
        var (_, body, _) = await gateway.PostAsync(Path + "?sim=cut-after-3", """{"model":"claude-haiku-4-5","prompt":"one two","max_tokens":40,"stream":true}""", ("x-sim", "cut-after-3"));
        body.ShouldContain("\"error\":");
        body.ShouldNotContain("[DONE]");
    }

    [Fact]
    public async Task What_a_chat_cannot_do_goes_to_a_provider_that_completes()
    {
        await using var claude = new ScriptedProvider(c => c.AnswerAsync(500, "{}"));
        await using var openai = new ScriptedProvider(c => c.AnswerAsync(200, """{"id":"c","object":"text_completion","created":1,"model":"x","choices":[]}"""));
        await using var gateway = await TestGateway.StartAsync(
            $$"""
            providers:
              c: { kind: anthropic, url: '{{claude.Url}}/v1', key: k }
              o: { kind: openai, url: '{{openai.Url}}/v1', key: k }
            models:
              m: [{ provider: c, model: claude-x }, { provider: o, model: x, priority: 1 }]
            """);
        (await gateway.PostAsync(Path, """{"model":"m","prompt":"a","suffix":"b"}""")).Status.ShouldBe(200);
        claude.Calls.ShouldBeEmpty();
        openai.Last.Text.ShouldBe("""{"model":"x","prompt":"a","suffix":"b"}""");
    }

    [Fact]
    public async Task Headers_of_the_dialect_are_the_gateways_own()
    {
        await using var provider = new ScriptedProvider(c => c.AnswerAsync(200, """{"id":"m","type":"message","role":"assistant","model":"x","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}"""));
        await using var gateway = await OperationRig.ScriptedAsync(provider, "anthropic", "claude-x");
        (await gateway.PostAsync(Path, """{"model":"m","prompt":"a"}""")).Status.ShouldBe(200);
        provider.Last.Headers["anthropic-version"].ShouldBe("2023-06-01");
        provider.Last.Target.ShouldBe("/v1/messages");
    }

    private static string Text(string stream) => string.Concat(stream.Split('\n')
        .Where(line => line.StartsWith("data: {", StringComparison.Ordinal))
        .SelectMany(line => OperationRig.Json(line[6..]).GetProperty("choices").EnumerateArray())
        .Select(choice => choice.GetProperty("text").GetString()));
}
