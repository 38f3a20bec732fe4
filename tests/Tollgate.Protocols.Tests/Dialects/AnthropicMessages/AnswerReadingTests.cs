using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using static Tollgate.Protocols.Tests.Dialects.AnthropicMessages.Bench;
using static Tollgate.Protocols.Tests.Dialects.AnthropicMessages.Samples;

namespace Tollgate.Protocols.Tests.Dialects.AnthropicMessages;

public sealed class AnswerReadingTests
{
    [Fact]
    public void Reads_the_same_answer_whole_and_in_pieces()
    {
        var whole = Describe(Fold(Unary(Whole)));
        Describe(Fold(Stream(Streamed))).ShouldBe(whole);
        Describe(Fold(Stream(Streamed.ReplaceLineEndings("\r\n")))).ShouldBe(whole);
    }

    [Fact]
    public void Reads_every_kind_of_block_in_order()
    {
        var response = Fold(Unary(Whole));
        var choice = response.Choices.Single();

        (response.Id, response.Model, response.IsWhole).ShouldBe(("msg_1", "claude-x", true));
        response.Usage.ShouldBe(new TokenUsage { Input = 45, CachedInput = 28, CacheCreation = 5, Output = 9, Reasoning = 4, ServiceTier = "standard" });
        (choice.Finish, choice.NativeFinish).ShouldBe((FinishReason.ToolCalls, "tool_use"));
        choice.Parts.Count.ShouldBe(6);
        choice.Parts[0].ShouldBe(new ReasoningPart("Hm.\nYes.", Signed("sig==")));
        choice.Parts[1].ShouldBe(new ReasoningPart("", Signed("only")));
        choice.Parts[2].ShouldBe(new ReasoningPart(null, new("anthropic", OpaqueTokenKind.Redacted, "cmVk")));
        var text = choice.Parts[3].ShouldBeOfType<TextPart>();
        (text.Text, text.Annotations.ToString(), text.AnnotationsDialect).ShouldBe(("Two 😀", """[{"type":"a","n":1},{"type":"b"}]""", "anthropic.messages"));
        choice.Parts[4].ShouldBe(new ToolCallPart("toolu_1", "f", """{"a": [1.0, "é"]}"""));
        choice.Parts[5].ShouldBe(new ToolCallPart("toolu_2", "g", "{}"));
    }

    [Fact]
    public void Keeps_the_grammar_of_events()
    {
        foreach (var events in new[] { Unary(Whole), Stream(Streamed) })
        {
            events[0].Kind.ShouldBe(ChatEventKind.Start);
            events[^1].Kind.ShouldBe(ChatEventKind.End);
            events.Count(e => e.Kind is ChatEventKind.Start or ChatEventKind.Finish or ChatEventKind.End).ShouldBe(3);
            events.Where(e => e.Kind == ChatEventKind.BlockEnd).Select(e => e.Index).ShouldBe(Enumerable.Range(0, 6));
            var blocks = events.Where(e => e.Kind is >= ChatEventKind.Text and <= ChatEventKind.BlockEnd).ToList();
            blocks.Select(e => e.Index).ShouldBe(blocks.Select(e => e.Index).Order());
        }
    }

    [Theory]
    [InlineData("end_turn", FinishReason.Stop)]
    [InlineData("stop_sequence", FinishReason.StopSequence)]
    [InlineData("max_tokens", FinishReason.Length)]
    [InlineData("model_context_window_exceeded", FinishReason.Length)]
    [InlineData("tool_use", FinishReason.ToolCalls)]
    [InlineData("refusal", FinishReason.ContentFilter)]
    [InlineData("pause_turn", FinishReason.Pause)]
    [InlineData("invented", FinishReason.Other)]
    public void Reads_every_reason_to_stop(string reason, FinishReason expected)
    {
        var unary = Fold(Unary($$"""{"id":"m","model":"c","content":[],"stop_reason":"{{reason}}","stop_sequence":"Q"}"""));
        var choice = unary.Choices.Single();
        (choice.Finish, choice.NativeFinish, choice.StopSequence).ShouldBe((expected, reason, "Q"));
        var stream = Fold(Stream(Frames($$$"""data: {"type":"message_delta","delta":{"stop_reason":"{{{reason}}}","stop_sequence":"Q"}}""")));
        (stream.Choices.Single().Finish, stream.IsWhole).ShouldBe((expected, true));
    }

    [Fact]
    public void Takes_input_that_stands_whole_in_the_first_frame()
        => Fold(Stream("""
            data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{"a":1}}}

            data: {"type":"message_delta","delta":{"stop_reason":"tool_use"}}
            """)).Choices.Single().Parts.Single().ShouldBe(new ToolCallPart("t", "f", """{"a":1}"""));

    [Fact]
    public void Does_not_take_a_broken_off_answer_for_whole()
    {
        var events = Stream(Frames(": the connection ends here"));
        events.ShouldNotContain(e => e.Kind == ChatEventKind.End || e.Kind == ChatEventKind.Finish);
        Fold(events).IsWhole.ShouldBeFalse();
    }

    [Theory]
    [InlineData("overloaded_error", 529)]
    [InlineData("rate_limit_error", 429)]
    [InlineData("api_error", 500)]
    [InlineData("invalid_request_error", 400)]
    [InlineData("authentication_error", 401)]
    [InlineData("billing_error", 402)]
    [InlineData("permission_error", 403)]
    [InlineData("not_found_error", 404)]
    [InlineData("request_too_large", 413)]
    [InlineData("timeout_error", 504)]
    [InlineData("invented_error", 500)]
    public void Ends_with_the_providers_error(string type, int status)
    {
        var body = $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"Sorry"}}""";
        var events = Stream(Frames($$"""
            data: {{body}}

            data: {"type":"message_stop"}
            """));
        foreach (var error in new[] { events[^1], Unary(body).Single() })
        {
            (error.Kind, error.Name, error.Text, error.Index).ShouldBe((ChatEventKind.Error, type, "Sorry", status));
        }
    }

    [Theory]
    [InlineData("throttlingException", """{"message":"Slow down"}""", 429, "Slow down")]
    [InlineData("modelTimeoutException", """{"message":"Late"}""", 504, "Late")]
    [InlineData("internalServerException", "gone", 500, "gone")]
    public void Reads_the_exceptions_of_aws(string name, string payload, int status, string message)
    {
        var events = new List<ChatEvent>();
        var reader = AnthropicMessagesUpstream.Instance.CreateEventReader(Plain);
        reader.Read(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(payload), true, events);
        reader.Complete(events);
        var error = events.Single();
        (error.Kind, error.Name, error.Text, error.Index).ShouldBe((ChatEventKind.Error, name, message, status));
    }

    [Fact]
    public void Puts_a_mark_where_a_provider_cut_a_character_in_two()
        => Fold(Stream(Frames("""
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" \ud83d\n"}}

            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}
            """))).Choices.Single().Parts.Single().ShouldBe(new TextPart("Half \uFFFD\n"));

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"choices\":[]}")]
    [InlineData("{\"content\":[{\"ty")]
    [InlineData("")]
    public void Says_that_something_else_is_no_message(string body)
        => Should.Throw<FormatException>(() => Unary(body));

    [Theory]
    [InlineData("data: {\"type\":\"content_block_del")]
    [InlineData("data: [1]")]
    [InlineData("data: {\"type\":7,\"delta\":\"x\"}")]
    [InlineData("data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":null}}")]
    [InlineData("data: {\"type\":\"message_start\",\"message\":null}")]
    public void Passes_over_frames_that_it_cannot_read(string frame)
    {
        var whole = """data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}""";
        Describe(Fold(Stream(Frames(frame + "\n\n" + whole)))).ShouldBe(Describe(Fold(Stream(Frames(whole)))));
    }

    [Fact]
    public void Begins_even_if_its_provider_does_not()
        => Stream("""data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"a"}}""").Select(e => e.Kind).ShouldBe([ChatEventKind.Start, ChatEventKind.Text]);

    [Fact]
    public void Survives_whatever_becomes_of_an_answer_and_writes_whole_frames()
    {
        string[] patches = ["null", "[]", "{}", "\"x\"", "1e400", "-1", "", "\"", "\\ud800", "\n\n"];
        var edits = from at in Gen.Choose(0, Streamed.Length - 1) from length in Gen.Choose(0, 12) from patch in Gen.Elements(patches) select (at, length, patch);
        Prop.ForAll(edits.ToArbitrary(), static edit =>
        {
            ShouldBeFrames(Emit(Stream(Mangle(Streamed, edit))));
            try
            {
                System.Text.Json.JsonDocument.Parse(Respond(Unary(Mangle(Whole, edit)))).Dispose();
            }
            catch (FormatException)
            {
                // The one exception that is allowed.
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    private static string Mangle(string text, (int At, int Length, string Patch) edit)
    {
        var at = edit.At % text.Length;
        return text[..at] + edit.Patch + text[Math.Min(text.Length, at + edit.Length)..];
    }

    private static void ShouldBeFrames(string sse)
    {
        foreach (var frame in sse.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = frame.Split('\n');
            lines.Length.ShouldBe(2);
            lines[0].ShouldStartWith("event: ");
            lines[1].ShouldStartWith("data: ");
            System.Text.Json.JsonDocument.Parse(lines[1][6..]).Dispose();
        }
    }
}
