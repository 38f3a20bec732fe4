using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.GeminiGenerate;
using static Tollgate.Protocols.Tests.Dialects.GeminiGenerate.Asking;

namespace Tollgate.Protocols.Tests.Dialects.GeminiGenerate;

public sealed class ThinkingTests
{
    [Theory]
    [InlineData("gemini-2.5-flash", "low", "\"thinkingBudget\":1024")]
    [InlineData("gemini-2.5-flash", "medium", "\"thinkingBudget\":8192")]
    [InlineData("gemini-2.5-pro", "max", "\"thinkingBudget\":24576")]
    [InlineData("gemini-2.5-flash", "none", "\"thinkingBudget\":0")]
    [InlineData("gemini-2.5-pro", "none", "\"thinkingBudget\":128")]
    [InlineData("gemini-3-pro-preview", "none", "\"thinkingLevel\":\"LOW\"")]
    [InlineData("gemini-3-flash-preview", "none", "\"thinkingLevel\":\"MINIMAL\"")]
    [InlineData("gemini-3-flash-preview", "minimal", "\"thinkingLevel\":\"MINIMAL\"")]
    [InlineData("gemini-3-pro-preview", "low", "\"thinkingLevel\":\"LOW\"")]
    [InlineData("gemini-3-pro-preview", "medium", "\"thinkingLevel\":\"HIGH\"")]
    [InlineData("gemini-3.1-pro-preview", "medium", "\"thinkingLevel\":\"MEDIUM\"")]
    [InlineData("gemini-3-flash-preview", "medium", "\"thinkingLevel\":\"MEDIUM\"")]
    [InlineData("gemini-3-pro-preview", "xhigh", "\"thinkingLevel\":\"HIGH\"")]
    public void An_effort_becomes_a_level_or_a_budget(string model, string effort, string said) =>
        (Hi with { Reasoning = new Reasoning { Effort = effort } }).Member(model, "generationConfig").ShouldBe("{\"thinkingConfig\":{" + said + "}}");

    [Theory]
    [InlineData("gemini-2.5-flash", 2048, 2048)]
    [InlineData("gemini-2.5-flash", 0, 0)]
    [InlineData("gemini-2.5-flash", -1, -1)]
    [InlineData("gemini-2.5-flash", 50000, 24576)]
    [InlineData("gemini-2.5-flash-lite", 100, 512)]
    [InlineData("gemini-2.5-pro", 0, 128)]
    [InlineData("gemini-2.5-pro", 50000, 32768)]
    [InlineData("gemini-3-pro-preview", 2048, 2048)]
    public void A_budget_stays_within_what_the_model_takes(string model, long budget, long said) =>
        (Hi with { Dialect = "openai.responses", Reasoning = new Reasoning { BudgetTokens = budget, Effort = "low" } }).Member(model, "generationConfig")
            .ShouldBe($$$"""{"thinkingConfig":{"thinkingBudget":{{{said}}}}}""");

    [Fact]
    public void Thinking_that_is_off_shows_nothing() =>
        (Hi with { Reasoning = new Reasoning { Enabled = false, Visible = true } }).Member(Modern, "generationConfig").ShouldBe("""{"thinkingConfig":{"thinkingBudget":0}}""");

    [Theory]
    [InlineData("openai.chat", """{"thinkingConfig":{"includeThoughts":true,"thinkingBudget":-1}}""")]
    [InlineData("openai.responses", """{"thinkingConfig":{"thinkingBudget":-1}}""")]
    [InlineData("anthropic.messages", """{"thinkingConfig":{"includeThoughts":true,"thinkingBudget":-1}}""")]
    public void Clients_that_can_read_thoughts_see_those_that_they_ask_for(string dialect, string said) =>
        (Hi with { Dialect = dialect, Reasoning = new Reasoning { Enabled = true } }).Member(Modern, "generationConfig").ShouldBe(said);

    [Theory]
    [InlineData("low", """{"thinkingConfig":{"includeThoughts":true,"thinkingLevel":"LOW"}}""")]
    [InlineData("none", """{"thinkingConfig":{"thinkingLevel":"LOW"}}""")]
    public void Effort_alone_shows_thoughts_to_clients_of_chat_completions(string effort, string said) =>
        (Hi with { Reasoning = new Reasoning { Effort = effort } }).Member(Three, "generationConfig").ShouldBe(said);

    [Fact]
    public void Nothing_is_shown_of_thoughts_for_which_there_is_no_budget() =>
        (Hi with { Reasoning = new Reasoning { BudgetTokens = 0, Effort = "low" } }).Member(Modern, "generationConfig").ShouldBe("""{"thinkingConfig":{"thinkingBudget":0}}""");

    [Fact]
    public void Models_that_do_not_think_are_not_told_not_to() =>
        Write(Hi with { Reasoning = new Reasoning { Enabled = false } }, Old).ShouldSatisfyAllConditions(
            w => w.Log.Entries.ShouldBeEmpty(),
            w => w.Json.ShouldNotContain("generationConfig"));

    [Fact]
    public void The_first_call_of_each_step_of_the_current_turn_is_signed_for_Gemini_3()
    {
        const string Escape = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";
        var request = Request(
            User("old"), Model(new ToolCallPart("a", "f", "{}")), User(Result("a")), Model(new TextPart("done")),
            User("new"), Model(new ToolCallPart("b", "f", "{}"), new ToolCallPart("c", "f", "{}")), User(Result("b"), Result("c")),
            Model(new ToolCallPart("d", "f", "{}") { Token = Signed("c2ln") }), User(Result("d")));

        var three = request.Member(Three, "contents");
        three.Split(Escape).Length.ShouldBe(2);
        three.ShouldContain("{\"functionCall\":{\"name\":\"f\",\"args\":{}},\"thoughtSignature\":\"" + Escape + "\"},{\"functionCall\":{\"name\":\"f\",\"args\":{}}}]");
        three.ShouldContain("\"thoughtSignature\":\"c2ln\"");
        request.Member(Modern, "contents").ShouldNotContain(Escape);
    }

    [Fact]
    public void A_signature_that_a_client_moved_to_the_front_goes_to_the_first_call() =>
        Request(User("a"), Model(new ReasoningPart(null, Signed("c2ln")), new ToolCallPart("a", "f", "{}")))
            .ShouldBecome(Three, """{"contents":[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2ln"}]}]}""");

    [Fact]
    public void A_signature_that_a_client_left_on_a_thought_goes_to_the_first_call_that_has_none() =>
        Request(User("a"), Model(new ReasoningPart("hm", Signed("c2ln")), new TextPart(""), new ToolCallPart("a", "f", "{}")))
            .ShouldBecome(Three, """{"contents":[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"hm","thought":true},{"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2ln"}]}]}""");

    [Fact]
    public void A_signature_without_a_home_goes_on_an_empty_part() =>
        Request(User("a"), Model(new ReasoningPart("", Signed("c2ln")), new TextPart("b")))
            .ShouldBecome(Three, """{"contents":[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"","thoughtSignature":"c2ln"},{"text":"b"}]}]}""");

    private static ToolResultPart Result(string id) => new(id, [new TextPart("ok")], IsError: false) { Name = "f" };
}
