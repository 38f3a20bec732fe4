using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Tests.Dialects.AnthropicMessages.Bench;

namespace Tollgate.Protocols.Tests.Dialects.AnthropicMessages;

public sealed class ThinkingTests
{
    private const string Newest = "claude-opus-4-7";
    private const string Adaptive = "claude-opus-4-6";
    private const string NeverThinks = "claude-3-5-sonnet-20241022";

    private static void Check(Reasoning? reasoning, string model, string? thinking, string? effort, params string[] rules)
        => Compare(Plain with { Reasoning = reasoning, MaxTokens = 40_000 }, model, thinking, effort, rules);

    private static void Compare(ChatRequest request, string model, string? thinking, string? effort, params string[] rules)
    {
        var (json, log) = Ask(request, model);
        var asked = System.Text.Json.Nodes.JsonNode.Parse(json)!;
        asked["thinking"].ShouldBeJson(thinking ?? "null");
        ((string?)asked["output_config"]?["effort"]).ShouldBe(effort);
        log.Entries.Select(e => e.Rule.Field).ShouldBe(rules);
    }

    [Fact]
    public void Says_a_budget_where_the_model_takes_one()
    {
        Check(new() { BudgetTokens = 2000 }, Older, """{"type":"enabled","budget_tokens":2000}""", null);
        Check(new() { BudgetTokens = 2000, Effort = "low" }, Older, """{"type":"enabled","budget_tokens":2000}""", null, "reasoning effort on older models");
        Check(new() { BudgetTokens = 2000, Effort = "low" }, Adaptive, """{"type":"enabled","budget_tokens":2000}""", "low");
        Check(new() { BudgetTokens = 5 }, Older, """{"type":"enabled","budget_tokens":1024}""", null, "thinking budget below 1024");
        Check(new() { BudgetTokens = 2000 }, Newest, """{"type":"adaptive"}""", null, "thinking budget on models since 4.7");
        Check(new() { BudgetTokens = 2000 }, NeverThinks, null, null, "reasoning on models that cannot think");
    }

    [Theory]
    [InlineData("minimal", 1024)]
    [InlineData("low", 1024)]
    [InlineData("medium", 8192)]
    [InlineData("high", 16384)]
    [InlineData("max", 20000)]
    public void Says_effort_as_a_budget_where_the_model_has_no_effort(string effort, int budget)
        => Check(new() { Effort = effort }, Older, $$"""{"type":"enabled","budget_tokens":{{budget}}}""", null, "reasoning effort on older models");

    [Fact]
    public void Says_effort_where_the_model_has_it()
    {
        Check(new() { Effort = "high" }, "anthropic.claude-opus-4-5-20251101-v1:0", null, "high");
        Check(new() { Effort = "max" }, "claude-opus-4-5", null, "high", "reasoning effort minimal, xhigh, max");
        Check(new() { Effort = "xhigh" }, Newest, null, "xhigh");
        Check(new() { Effort = "minimal" }, "claude-sonnet-4-6", null, "low", "reasoning effort minimal, xhigh, max");
    }

    [Fact]
    public void Turns_thinking_off_when_told()
    {
        Check(new() { Enabled = false }, Older, """{"type":"disabled"}""", null);
        Check(new() { Effort = "none" }, Adaptive, """{"type":"disabled"}""", null);
        Check(new() { Enabled = false }, NeverThinks, null, null);
    }

    [Fact]
    public void Leaves_the_measure_to_models_that_can_measure()
    {
        Check(new() { Enabled = true, Adaptive = true, Visible = true }, Newest, """{"type":"adaptive","display":"summarized"}""", null);
        Check(new() { Enabled = true, Adaptive = true, Visible = true }, Adaptive, """{"type":"adaptive"}""", null);
        Check(new() { Enabled = true, Adaptive = true, Visible = false }, Adaptive, """{"type":"adaptive","display":"omitted"}""", null);
        Check(new() { Enabled = true }, Adaptive, """{"type":"adaptive"}""", null);
        Check(new() { Enabled = true, Adaptive = true }, Older, """{"type":"enabled","budget_tokens":8192}""", null, "adaptive thinking on models before 4.6");
    }

    [Fact]
    public void Takes_thinking_in_this_apis_own_words_from_other_clients()
        => Compare(Plain with { Extras = [new("thinking", RawJson.From("""{"type":"enabled","budget_tokens":1024,"new":1}"""))], MaxTokens = 2000, Temperature = 0.3 },
            Older, """{"type":"enabled","budget_tokens":1024,"new":1}""", null, "temperature while thinking");

    [Fact]
    public void Raises_max_tokens_above_the_budget()
    {
        var (json, log) = Ask(Plain with { Reasoning = new() { BudgetTokens = 4000 }, MaxTokens = 100 }, Older);
        json.ShouldContain("\"max_tokens\":4100,");
        log.Entries.Single().Rule.Field.ShouldBe("max_tokens below the thinking budget");
    }

    [Fact]
    public void Gives_thinking_up_for_a_forced_tool()
        => Compare(Plain with { Reasoning = new() { BudgetTokens = 2000 }, Tools = [Tool("f")], ToolChoice = new(ToolChoiceMode.Required) },
            Older, null, null, "thinking beside a forced tool, before words of the model, or after a call without its thoughts");

    [Fact]
    public void Gives_a_budget_up_when_the_thoughts_before_a_call_are_missing()
    {
        Turn[] Loop(params Part[] before) => [User("go"), Assistant([.. before, new ToolCallPart("c", "f", "{}")]), User(new ToolResultPart("c", [], false))];
        var request = Plain with { Tools = [Tool("f")], Reasoning = new() { BudgetTokens = 2000 }, MaxTokens = 4000, Turns = Loop() };
        Compare(request, Older, null, null, "thinking beside a forced tool, before words of the model, or after a call without its thoughts");
        Compare(request with { Turns = Loop(new ReasoningPart("t", Signed("s"))) }, Older, """{"type":"enabled","budget_tokens":2000}""", null);
        Compare(request with { Turns = Loop(), Reasoning = new() { Enabled = true } }, Adaptive, """{"type":"adaptive"}""", null);
    }
}
