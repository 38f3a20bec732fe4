using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Translation;

/// <summary>Fidelity: strict, at the top of the file and in a model.</summary>
public sealed class StrictTests
{
    private const string Thoughts = """,{"role":"assistant","content":"Me.","thinking_blocks":[{"type":"thinking","thinking":"Hm.","signature":"c2ln"}]},{"role":"user","content":"And now?"}]""";

    [Theory]
    [InlineData(Cell.OpenAI, "aws-bedrock", ",\"seed\":7", "seed", "seed")]
    [InlineData(Cell.OpenAI, "aws-bedrock", ",\"temperature\":1.5", "temperature above 1", "temperature")]
    [InlineData(Cell.OpenAI, "anthropic", ",\"frequency_penalty\":1", "frequency_penalty", "frequency_penalty")]
    [InlineData(Cell.OpenAI, "anthropic", ",\"response_format\":{\"type\":\"json_object\"}", "any JSON object as response format", "response_format")]
    [InlineData(Cell.OpenAI, "gcp-vertex", ",\"verbosity\":\"low\"", "verbosity", "verbosity")]
    [InlineData(Cell.Anthropic, "openai", ",\"top_k\":5", "top_k", "top_k")]
    public async Task What_shapes_the_answer_and_cannot_be_said_is_refused(string path, string kind, string more, string what, string field)
    {
        var cell = Cell.Of(kind);
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(cell)));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              p: {{cell.Configuration(provider.Url)}}
            models:
              m: [{ provider: p, model: '{{cell.Model}}' }]
            fidelity: strict
            """);
        (await gateway.PostAsync(path, Cell.Ask(path))).Status.ShouldBe(200);
        var (status, error) = await ErrorShape.PostAsync(gateway, path, Cell.Ask(path, more: more));
        status.ShouldBe(400);
        error.Message.ShouldStartWith($"provider 'p' cannot be asked for {what} as it was said, and fidelity is strict: ");
        if (path == Cell.OpenAI) error.Param.ShouldBe(field);
        provider.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("aws-bedrock", ",\"user\":\"u\",\"store\":false,\"prompt_cache_key\":\"k\"")]
    [InlineData("gcp-vertex", ",\"metadata\":{\"a\":\"b\"}")]
    [InlineData("anthropic", ",\"stop\":[\"\"]")]
    public async Task A_loss_that_the_answer_does_not_show_stops_nothing(string kind, string more)
    {
        var cell = Cell.Of(kind);
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(cell)));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              p: {{cell.Configuration(provider.Url)}}
            models:
              m: { backends: [{ provider: p, model: '{{cell.Model}}' }], fidelity: strict }
            """);
        var (status, body, _) = await gateway.PostAsync(Cell.OpenAI, Cell.Ask(Cell.OpenAI, more: more));
        status.ShouldBe(200, body);
        var conversation = Cell.Ask(Cell.OpenAI).Replace("}]}", "}" + Thoughts + "}", StringComparison.Ordinal);
        (status, body, _) = await gateway.PostAsync(Cell.OpenAI, conversation);
        status.ShouldBe(200, body);
    }

    [Fact]
    public async Task The_next_backend_is_taken_and_a_model_may_differ_from_the_rest()
    {
        var (bedrock, openai) = (Cell.Of("aws-bedrock"), Cell.Of("openai"));
        await using var first = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(bedrock)));
        await using var second = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(openai)));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers:
              first: {{bedrock.Configuration(first.Url)}}
              second: {{openai.Configuration(second.Url)}}
            models:
              m: [{ provider: first, model: {{bedrock.Model}} }, { provider: second, priority: 1 }]
              easy: { backends: [{ provider: first, model: {{bedrock.Model}} }, { provider: second, priority: 1 }], fidelity: announce }
            fidelity: strict
            """);
        var ask = Cell.Ask(Cell.OpenAI, more: ",\"seed\":7");
        (await gateway.PostAsync(Cell.OpenAI, ask)).Response.Headers.GetValues("x-tollgate-provider").ShouldBe(["second"]);
        var (_, _, response) = await gateway.PostAsync(Cell.OpenAI, ask.Replace("\"m\"", "\"easy\"", StringComparison.Ordinal));
        response.Headers.GetValues("x-tollgate-provider").ShouldBe(["first"]);
        response.Headers.GetValues("x-tollgate-dropped").ShouldBe(["seed"]);
    }
}
