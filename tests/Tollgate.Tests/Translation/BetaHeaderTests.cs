using System.Text.Json;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Translation;

/// <summary>Flags of anthropic-beta where the provider speaks another dialect.</summary>
public sealed class BetaHeaderTests
{
    private const string LongContext = "context-1m-2025-08-07";

    [Theory]
    [InlineData("openai")]
    [InlineData("responses-only")]
    [InlineData("aws-bedrock")]
    [InlineData("gcp-vertex")]
    public async Task A_flag_that_nobody_there_understands_is_announced(string kind)
    {
        await using var rig = await TranslationRig.AnsweringAsync(Cell.Of(kind));
        var (status, body, response) = await rig.AskAsync(Cell.Anthropic, headers: [("anthropic-beta", LongContext + ", unheard-of"), ("anthropic-beta", LongContext)]);
        status.ShouldBe(200, body);
        response.Headers.GetValues("x-tollgate-dropped").ShouldBe([$"anthropic-beta/{LongContext}, anthropic-beta/unheard-of"]);
        rig.Provider.Last.Headers.ShouldNotContainKey("anthropic-beta");
        rig.Provider.Last.Text.ShouldNotContain("anthropic_beta");
    }

    [Theory]
    [InlineData("pdfs-2024-09-25,prompt-caching-2024-07-31")]
    [InlineData("claude-code-20250219, oauth-2025-04-20")]
    [InlineData("fine-grained-tool-streaming-2025-05-14,token-efficient-tools-2025-02-19,token-efficient-tools-2026-03-28")]
    public async Task A_flag_whose_meaning_is_said_otherwise_is_silent(string flags)
    {
        await using var rig = await TranslationRig.AnsweringAsync(Cell.Of("openai"));
        var (status, body, response) = await rig.AskAsync(Cell.Anthropic, headers: [("anthropic-beta", flags)]);
        status.ShouldBe(200, body);
        response.Headers.Contains("x-tollgate-dropped").ShouldBeFalse();
    }

    [Fact]
    public async Task Claude_behind_Converse_is_told_what_Bedrock_knows()
    {
        var cell = Cell.Of("aws-bedrock") with { Model = "us.anthropic.claude-sonnet-4-20250514-v1:0" };
        await using var rig = await TranslationRig.AnsweringAsync(cell, ", betas: ['mine-2027-01-01 = yours']");
        var (status, body, response) = await rig.AskAsync(Cell.Anthropic, headers: [("anthropic-beta", LongContext + ",claude-code-20250219,mine-2027-01-01,unheard-of")]);
        status.ShouldBe(200, body);
        response.Headers.GetValues("x-tollgate-dropped").ShouldBe(["anthropic-beta/unheard-of"]);
        var fields = JsonDocument.Parse(rig.Provider.Last.Text).RootElement.GetProperty("additionalModelRequestFields");
        fields.GetProperty("anthropic_beta").EnumerateArray().Select(flag => flag.GetString()).ShouldBe([LongContext, "yours"]);
    }

    [Theory]
    [InlineData(LongContext, 400)]
    [InlineData("interleaved-thinking-2025-05-14", 200)]
    [InlineData("pdfs-2024-09-25", 200)]
    public async Task Strict_refuses_what_would_change_the_answer(string flag, int expected)
    {
        var cell = Cell.Of("openai");
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, ProviderWords.Whole(cell)));
        await using var gateway = await TestGateway.StartAsync($$"""
            providers: { p: {{cell.Configuration(provider.Url)}} }
            models: { m: [{ provider: p, model: '{{cell.Model}}' }] }
            fidelity: strict
            """);
        var (status, body, _) = await gateway.PostAsync(Cell.Anthropic, Cell.Ask(Cell.Anthropic), ("anthropic-beta", flag));
        status.ShouldBe(expected, body);
        if (expected == 400) body.ShouldContain($"provider 'p' cannot be asked for anthropic-beta/{flag} as it was said, and fidelity is strict: ");
        provider.Calls.Count.ShouldBe(expected == 400 ? 0 : 1);
    }

    [Fact]
    public async Task Of_clients_of_another_dialect_it_means_nothing()
    {
        await using var rig = await TranslationRig.AnsweringAsync(Cell.Of("gcp-vertex"));
        var (_, _, response) = await rig.AskAsync(Cell.OpenAI, headers: [("anthropic-beta", LongContext)]);
        response.Headers.Contains("x-tollgate-dropped").ShouldBeFalse();
    }
}
