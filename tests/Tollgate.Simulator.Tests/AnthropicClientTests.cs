using System.Text.Json;
using Anthropic;
using Anthropic.Models.Messages;

namespace Tollgate.Simulator.Tests;

/// <summary>The official .NET client of Anthropic against the simulator.</summary>
public sealed class AnthropicClientTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private readonly AnthropicClient _client = new() { BaseUrl = simulator.Address.ToString().TrimEnd('/'), ApiKey = "any", MaxRetries = 0 };

    [Fact]
    public async Task A_message_answers_the_question()
    {
        var message = await _client.Messages.Create(Question());
        Text(message).ShouldContain("May I pass?");
        message.Usage.OutputTokens.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task A_stream_says_the_same_as_a_message()
    {
        var whole = await _client.Messages.Create(Question());
        var text = "";
        long tokens = 0;
        await foreach (var one in _client.Messages.CreateStreaming(Question()))
        {
            if (one.TryPickContentBlockDelta(out var block) && block.Delta.TryPickText(out var delta)) text += delta.Text;
            if (one.TryPickDelta(out var end)) tokens = end.Usage.OutputTokens;
        }

        text.ShouldBe(Text(whole));
        tokens.ShouldBe(whole.Usage.OutputTokens);
    }

    [Fact]
    public async Task A_tool_is_called_with_arguments_that_fit()
    {
        var schema = new InputSchema { Properties = new Dictionary<string, JsonElement> { ["seconds"] = JsonSerializer.SerializeToElement(new { type = "integer" }) }, Required = ["seconds"] };
        var message = await _client.Messages.Create(Question() with { Tools = [new Tool { Name = "lift_gate", InputSchema = schema }] });
        message.Content.Single().TryPickToolUse(out var use).ShouldBeTrue();
        use!.Name.ShouldBe("lift_gate");
        use.Input["seconds"].GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Thinking_comes_signed_and_first()
    {
        var message = await _client.Messages.Create(Question() with { Thinking = new ThinkingConfigEnabled { BudgetTokens = 1024 } });
        message.Content[0].TryPickThinking(out var thinking).ShouldBeTrue();
        thinking!.Signature.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Counted_tokens_are_the_tokens_of_the_answer()
    {
        var question = Question();
        var counted = await _client.Messages.CountTokens(new MessageCountTokensParams { Model = question.Model, Messages = question.Messages });
        counted.InputTokens.ShouldBe((await _client.Messages.Create(question)).Usage.InputTokens);
    }

    [Fact]
    public async Task Models_are_listed() => (await _client.Models.List()).Items.ShouldNotBeEmpty();

    private static MessageCreateParams Question() => new()
    {
        Model = "claude-sonnet-4-5",
        MaxTokens = 2000,
        Messages = [new UserMessageParam("May I pass?")],
    };

    private static string Text(Message message) =>
        string.Concat(message.Content.Select(b => b.TryPickText(out var text) ? text.Text : ""));
}
