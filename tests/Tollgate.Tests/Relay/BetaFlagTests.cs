using System.Text.Json;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Translation;

namespace Tollgate.Tests.Relay;

/// <summary>Flags of anthropic-beta at hosts that refuse a request for one that they do not know.</summary>
public sealed class BetaFlagTests
{
    private const string Asked = "interleaved-thinking-2025-05-14, files-api-2025-04-14, advanced-tool-use-2025-11-20,tool-search-tool-2025-10-19";

    [Fact]
    public async Task Bedrock_gets_those_that_it_knows_by_its_own_names()
    {
        await using var rig = await RelayAsync("aws-anthropic");
        var (status, body, response) = await rig.Gateway.PostAsync(Cell.Anthropic, Cell.Ask(Cell.Anthropic), ("anthropic-beta", Asked));
        status.ShouldBe(200, body);
        var asked = JsonDocument.Parse(rig.Provider.Last.Text).RootElement;
        asked.GetProperty("anthropic_beta").EnumerateArray().Select(b => b.GetString()).ShouldBe(["interleaved-thinking-2025-05-14", "tool-search-tool-2025-10-19"]);
        response.Headers.GetValues("x-tollgate-dropped").ShouldBe(["anthropic-beta/files-api-2025-04-14"]);
        (await rig.Gateway.LogLineAsync()).GetProperty("dropped")[0].GetString().ShouldBe("anthropic-beta/files-api-2025-04-14");
    }

    [Fact]
    public async Task Vertex_gets_them_in_the_header()
    {
        await using var rig = await RelayAsync("gcp-anthropic");
        var (status, body, response) = await rig.Gateway.PostAsync(Cell.Anthropic, Cell.Ask(Cell.Anthropic), ("anthropic-beta", Asked), ("anthropic-beta", "mcp-client-2025-11-20"));
        status.ShouldBe(200, body);
        rig.Provider.Last.Headers["anthropic-beta"].ShouldBe("interleaved-thinking-2025-05-14,tool-search-tool-2025-10-19");
        response.Headers.GetValues("x-tollgate-dropped").ShouldBe(["anthropic-beta/files-api-2025-04-14, anthropic-beta/mcp-client-2025-11-20"]);
    }

    [Theory]
    [InlineData("aws-anthropic")]
    [InlineData("gcp-anthropic")]
    public async Task Without_any_that_it_knows_none_is_sent(string kind)
    {
        await using var rig = await RelayAsync(kind);
        (await rig.Gateway.PostAsync(Cell.Anthropic, Cell.Ask(Cell.Anthropic), ("anthropic-beta", "unheard-of"))).Status.ShouldBe(200);
        rig.Provider.Last.Headers.ShouldNotContainKey("anthropic-beta");
        rig.Provider.Last.Text.ShouldNotContain("anthropic_beta");
    }

    [Theory]
    [InlineData("betas: [new-thing-2027-01-01]", "new-thing-2027-01-01")]
    [InlineData("betas: ['new-thing-2027-01-01 = its-name']", "its-name")]
    [InlineData("betas: ['*']", "new-thing-2027-01-01")]
    public async Task The_operator_can_know_more_than_the_catalogue(string more, string sent)
    {
        await using var rig = await RelayAsync("aws-anthropic", ", " + more);
        var (_, _, response) = await rig.Gateway.PostAsync(Cell.Anthropic, Cell.Ask(Cell.Anthropic), ("anthropic-beta", "new-thing-2027-01-01"));
        JsonDocument.Parse(rig.Provider.Last.Text).RootElement.GetProperty("anthropic_beta")[0].GetString().ShouldBe(sent);
        response.Headers.Contains("x-tollgate-dropped").ShouldBeFalse();
    }

    [Fact]
    public async Task What_cannot_stand_in_a_header_is_not_put_into_one()
    {
        await using var rig = await RelayAsync("aws-anthropic");
        var (_, _, response) = await rig.Gateway.PostAsync(Cell.Anthropic, Cell.Ask(Cell.Anthropic), ("anthropic-beta", "<script>"));
        response.Headers.GetValues("x-tollgate-dropped").ShouldBe(["anthropic-beta"]);
    }

    private static async Task<TranslationRig> RelayAsync(string kind, string more = "")
    {
        var cell = Cell.Of(kind);
        return await TranslationRig.StartAsync(cell, call => call.AnswerAsync(200, ProviderWords.Whole(cell)), more);
    }
}
