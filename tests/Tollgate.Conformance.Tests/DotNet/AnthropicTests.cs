using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;

namespace Tollgate.Conformance.Tests.DotNet;

/// <summary>Anthropic's .NET client, pointed at the gateway with and without the prefix.</summary>
public sealed class AnthropicTests(SimulatedGateway gateway) : IClassFixture<SimulatedGateway>
{
    private const string Model = "claude-sonnet-4-5";
    private const string Question = "May I pass?";

    [Theory]
    [InlineData("")]
    [InlineData("/anthropic")]
    public async Task Answers_whole_and_streamed_alike(string prefix)
    {
        using var client = At(gateway.Address, prefix);
        var question = Ask(Question);
        var whole = await client.Messages.Create(question);
        var text = Text(whole);
        text.ShouldContain(Question);
        var streamed = new StringBuilder();
        await foreach (var update in client.Messages.CreateStreaming(question))
        {
            if (update.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece)) streamed.Append(piece.Text);
        }

        streamed.ToString().ShouldBe(text);
        var counted = await client.Messages.CountTokens(new MessageCountTokensParams { Model = Model, Messages = question.Messages });
        counted.InputTokens.ShouldBe(whole.Usage.InputTokens);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/anthropic")]
    public async Task Calls_a_tool(string prefix)
    {
        using var client = At(gateway.Address, prefix);
        var schema = new InputSchema(new Dictionary<string, JsonElement>
        {
            ["type"] = JsonSerializer.SerializeToElement("object"),
            ["properties"] = JsonDocument.Parse("""{"seconds":{"type":"integer"}}""").RootElement,
            ["required"] = JsonDocument.Parse("""["seconds"]""").RootElement,
        });
        var answer = await client.Messages.Create(Ask(Question) with
        {
            Tools = [new Tool { Name = "lift_gate", InputSchema = schema }],
            ToolChoice = new ToolChoiceAny(),
        });
        answer.StopReason!.Raw().ShouldBe("tool_use");
        answer.Content[0].TryPickToolUse(out var call).ShouldBeTrue();
        call!.Name.ShouldBe("lift_gate");
        call.Input["seconds"].GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/anthropic")]
    public async Task Lists_the_models_of_the_gateway(string prefix)
    {
        using var client = At(gateway.Address, prefix);
        var page = await client.Models.List();
        page.Items.Select(m => m.ID).ShouldBe(["m", "gpt-5", Model]);
        (await client.Models.Retrieve(Model)).ID.ShouldBe(Model);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/anthropic")]
    public async Task Sees_the_gateways_refusals_as_its_own_exceptions(string prefix)
    {
        using var stranger = At(gateway.ClosedAddress, prefix);
        await Should.ThrowAsync<AnthropicUnauthorizedException>(() => stranger.Messages.Create(Ask(Question)));

        using var friend = At(gateway.ClosedAddress, prefix, SimulatedGateway.ClientKey);
        var unknown = await Should.ThrowAsync<AnthropicNotFoundException>(() => friend.Messages.Create(Ask(Question) with { Model = "claude-0" }));
        unknown.ResponseBody.ShouldContain("not_found_error");
        unknown.RequestID.ShouldNotBeNullOrEmpty();
    }

    private static MessageCreateParams Ask(string text) =>
        new() { Model = Model, MaxTokens = 500, Messages = [new UserMessageParam(text)] };

    private static string Text(Message message) => message.Content[0].TryPickText(out var text) ? text.Text : "";

    private static AnthropicClient At(Uri gateway, string prefix, string key = "any-key") =>
        new() { BaseUrl = new Uri(gateway, prefix).ToString().TrimEnd('/'), ApiKey = key, MaxRetries = 0 };
}
