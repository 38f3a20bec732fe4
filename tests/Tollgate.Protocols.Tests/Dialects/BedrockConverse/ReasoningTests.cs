using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.BedrockConverse;
using static Tollgate.Protocols.Tests.Dialects.BedrockConverse.Converse;

namespace Tollgate.Protocols.Tests.Dialects.BedrockConverse;

public sealed class ReasoningTests
{
    private const string Nothing = """[{"text":"hi"}]}]}""";
    private const string Unknown = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123";

    [Theory]
    [InlineData(Sonnet45, """{"type":"enabled","budget_tokens":1024}""", """{"thinking":{"type":"enabled","budget_tokens":1024}}""")]
    [InlineData(Sonnet35, """{"type":"enabled","budget_tokens":1024}""", """{"thinking":{"type":"enabled","budget_tokens":1024}}""")]
    [InlineData(Unknown, """{"type":"enabled","budget_tokens":1024}""", """{"thinking":{"type":"enabled","budget_tokens":1024}}""")]
    [InlineData(Unknown, """{"type":"adaptive"}""", """{"thinking":{"type":"adaptive"}}""")]
    [InlineData(Opus46, """{"type":"enabled","budget_tokens":1024,"display":"omitted"}""", """{"thinking":{"type":"enabled","budget_tokens":1024,"display":"omitted"}}""")]
    [InlineData(Opus46, """{"type":"adaptive","display":"summarized"}""", """{"thinking":{"type":"adaptive","display":"summarized"}}""")]
    [InlineData(Sonnet45, """{"type":"disabled"}""", """{"thinking":{"type":"disabled"}}""")]
    [InlineData(Sonnet35, """{"type":"disabled"}""", Nothing)]
    [InlineData(Llama, """{"type":"disabled"}""", Nothing)]
    [InlineData(Sonnet45, """{"new":true}""", Nothing)]
    public void Anthropics_thinking_is_said_in_the_models_words_whoever_read_it(string model, string thinking, string written) =>
        Write(Hi.With("thinking", thinking), model).ShouldEndWith(written + (written == Nothing ? "" : "}"));

    [Theory]
    [InlineData(Opus47, "xhigh", """outputConfig":{"effort":"xhigh"},"additionalModelRequestFields":{"thinking":{"type":"adaptive"}}}""")]
    [InlineData(GptOss, "low", """additionalModelRequestFields":{"reasoning_effort":"low"}}""")]
    [InlineData(DeepSeek, "high", """additionalModelRequestFields":{"reasoning_effort":"high"}}""")]
    [InlineData(Nova2, "high", """additionalModelRequestFields":{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}}}""")]
    [InlineData(DeepSeek, "none", Nothing)]
    [InlineData(Nova2, "none", Nothing)]
    [InlineData(Sonnet45, "none", Nothing)]
    [InlineData(Llama, "none", Nothing)]
    public void An_effort_is_said_in_the_models_words(string model, string effort, string written) =>
        Write(Hi with { Reasoning = new Reasoning { Effort = effort } }, model).ShouldEndWith(written);

    [Theory]
    [InlineData("low", 1024)]
    [InlineData("medium", 8192)]
    [InlineData("high", 16384)]
    [InlineData("max", 32000)]
    public void Older_Claudes_are_given_a_budget(string effort, int budget) =>
        Rules(Hi with { Reasoning = new Reasoning { Effort = effort } }, Sonnet45).Body.ShouldContain($"\"budget_tokens\":{budget}}}");

    [Fact]
    public void Half_of_max_tokens_is_left_to_the_answer()
    {
        var request = Hi with { Reasoning = new Reasoning { Effort = "max" }, MaxTokens = 5000 };

        Rules(request, Sonnet45).Body.ShouldContain("\"budget_tokens\":2500");
    }

    [Fact]
    public void The_effort_of_an_Anthropic_client_does_not_turn_thinking_on()
    {
        var request = Hi with { Reasoning = new Reasoning { Effort = "low" }, Dialect = "anthropic.messages" };

        Write(request, Opus46).ShouldEndWith("\"outputConfig\":{\"effort\":\"low\"}}");
    }

    [Fact]
    public void Thinking_goes_on_after_a_call_whose_signed_thoughts_came_back()
    {
        var request = Ask(
            User("a"),
            Assistant(new ReasoningPart("b", new OpaqueToken("anthropic", OpaqueTokenKind.Signature, "c2ln")), new ToolCallPart("t", "f", "{}")),
            User(new ToolResultPart("t", [new TextPart("1")], IsError: false))) with
        { Tools = [Tool("f")], Reasoning = new Reasoning { Enabled = true, BudgetTokens = 1024 } };

        Write(request, Sonnet45).ShouldContain("\"budget_tokens\":1024");
    }

    [Fact]
    public void A_temperature_of_one_and_a_high_top_p_stay_beside_thinking()
    {
        var request = Hi with { Temperature = 1, Reasoning = new Reasoning { Enabled = true, BudgetTokens = 1024 } };

        Write(request, Sonnet45).ShouldContain("\"inferenceConfig\":{\"temperature\":1}");
    }

    [Theory]
    [InlineData(Sonnet35, """{"top_k":40}""")]
    [InlineData("mistral.mistral-large-2407-v1:0", """{"top_k":40}""")]
    [InlineData(Nova2, """{"inferenceConfig":{"topK":40}}""")]
    [InlineData("amazon.nova-lite-v1:0", """{"inferenceConfig":{"topK":40}}""")]
    public void Top_k_is_each_makers_own(string model, string written) =>
        Write(Hi with { TopK = 40 }, model).ShouldEndWith("\"additionalModelRequestFields\":" + written + "}");

    [Theory]
    [InlineData("anthropic.claude-3-5-sonnet-20241022-v2:0", 305)]
    [InlineData("anthropic.claude-3-haiku-20240307-v1:0", 300)]
    [InlineData("us.anthropic.claude-3-7-sonnet-20250219-v1:0", 307)]
    [InlineData("global.anthropic.claude-sonnet-4-20250514-v1:0", 400)]
    [InlineData("anthropic.claude-opus-4-1-20250805-v1:0", 401)]
    [InlineData("anthropic.claude-opus-4-6-v1", 406)]
    [InlineData("anthropic.claude-opus-5", 500)]
    [InlineData("anthropic.claude-fable-5-1", 501)]
    [InlineData("anthropic.claude-mythos-preview", 500)]
    [InlineData("anthropic.claude-v2:1", 200)]
    [InlineData("anthropic.claude-instant-v1", 200)]
    [InlineData("arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0", 405)]
    [InlineData("my-claude", 0)]
    public void The_version_of_a_Claude_is_read_from_its_id(string model, int version) =>
        ConverseModel.Parse(model).ShouldBe(new ConverseModel(ModelFamily.Claude, version, model.Contains("fable") || model.Contains("mythos")));
}
