using System.Text;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.BedrockConverse;
using Tollgate.Protocols.Tests.Framing;
using static Tollgate.Protocols.Tests.Dialects.BedrockConverse.Converse;

namespace Tollgate.Protocols.Tests.Dialects.BedrockConverse;

public sealed class StreamTests
{
    [Fact]
    public void Text_and_finish_and_usage_come_as_soon_as_Bedrock_says_them()
    {
        var events = new ConverseStream().Start().Delta(0, """{"text":"Hi"}""").Stop(0).End().Usage().Read(complete: false);

        events.Select(e => e.Kind).ShouldBe(
            [ChatEventKind.Start, ChatEventKind.Text, ChatEventKind.BlockEnd, ChatEventKind.Finish, ChatEventKind.Usage, ChatEventKind.End]);
    }

    [Fact]
    public void A_stream_without_metadata_ends_when_it_is_closed()
    {
        var stream = new ConverseStream().Start().Delta(0, """{"text":"Hi"}""").End();

        Fold(stream.Read(complete: false)).IsWhole.ShouldBeFalse();
        Fold(stream.Read()).IsWhole.ShouldBeTrue();
    }

    [Fact]
    public void A_stream_that_is_cut_before_messageStop_is_not_whole()
    {
        var answer = Fold(new ConverseStream().Start().Delta(0, """{"text":"Hi"}""").Stop(0).Usage().Read());

        answer.IsWhole.ShouldBeFalse();
        answer.Choices.Single().Finish.ShouldBeNull();
        answer.Usage.Output.ShouldBe(4);
    }

    [Fact]
    public void Blocks_end_where_the_next_begins_when_Bedrock_does_not_say_so()
    {
        var events = new ConverseStream().Start()
            .Delta(0, """{"reasoningContent":{"text":"Hm."}}""").Delta(1, """{"text":"On it."}""")
            .Call(2, "a", "f").Delta(2, """{"toolUse":{"input":"{}"}}""").Call(3, "b", "g")
            .End("tool_use").Usage().Read();

        ShouldKeepTheForm(events);
        Fold(events).Choices.Single().Parts.ShouldBe(
            [new ReasoningPart("Hm.", null), new TextPart("On it."), new ToolCallPart("a", "f", "{}"), new ToolCallPart("b", "g", "{}")]);
    }

    [Fact]
    public void The_arguments_of_parallel_calls_are_told_one_call_after_the_other()
    {
        var events = new ConverseStream().Start()
            .Call(0, "a", "f").Delta(0, """{"toolUse":{"input":"{\"x\":"}}""").Call(1, "b", "g").Delta(1, """{"toolUse":{"input":"{\"y\":"}}""")
            .Delta(0, """{"toolUse":{"input":"1}"}}""").Delta(1, """{"toolUse":{"input":"2}"}}""").Stop(1).Stop(0)
            .Delta(2, """{"text":"done"}""")
            .End("tool_use").Usage().Read();

        ShouldKeepTheForm(events);
        Fold(events).Choices.Single().Parts.ShouldBe(
            [new ToolCallPart("a", "f", """{"x":1}"""), new ToolCallPart("b", "g", """{"y":2}"""), new TextPart("done")]);
    }

    [Fact]
    public void Arguments_stream_while_the_call_is_the_only_one()
    {
        var events = new ConverseStream().Start().Call(0, "a", "f").Delta(0, """{"toolUse":{"input":"{"}}""").Read(complete: false);

        events.Select(e => e.Kind).ShouldBe([ChatEventKind.Start, ChatEventKind.ToolCall, ChatEventKind.Arguments]);
    }

    [Theory]
    [InlineData("throttlingException", 429)]
    [InlineData("ThrottlingException", 429)]
    [InlineData("validationException", 400)]
    [InlineData("serviceUnavailableException", 503)]
    [InlineData("modelTimeoutException", 408)]
    [InlineData("internalServerException", 500)]
    [InlineData("modelStreamErrorException", 500)]
    [InlineData("accessDeniedException", 403)]
    [InlineData("resourceNotFoundException", 404)]
    [InlineData("modelNotReadyException", 429)]
    public void An_exception_ends_the_stream_as_an_error(string type, int status)
    {
        var events = new ConverseStream().Start().Delta(0, """{"text":"Hi"}""").Exception(type, """{"message":"Slow down"}""").End().Usage().Read();

        events[^1].ShouldBe(new ChatEvent(ChatEventKind.Error) { Name = type, Text = "Slow down", Index = status });
        Fold(events).IsWhole.ShouldBeFalse();
    }

    [Fact]
    public void The_status_that_the_model_gave_is_kept() => new ConverseStream()
        .Exception("modelStreamErrorException", """{"originalMessage":"busy","originalStatusCode":429}""").Read()
        .ShouldBe([new ChatEvent(ChatEventKind.Error) { Name = "modelStreamErrorException", Text = "busy", Index = 429 }]);

    [Theory]
    [InlineData("throttlingException", "", "Bedrock ended the stream with throttlingException and gave no reason.")]
    [InlineData("InternalFailure", "An internal error", "An internal error")]
    [InlineData("ns#ValidationException:http://x/", "[1]", "[1]")]
    [InlineData("", "{}", "Bedrock ended the stream with internalServerException and gave no reason.")]
    public void An_error_without_a_JSON_message_still_says_something(string name, string data, string text) =>
        BedrockErrors.Read(name, Encoding.UTF8.GetBytes(data)).Text.ShouldBe(text);

    [Theory]
    [InlineData("ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/", "ValidationException")]
    [InlineData("com.amazon.coral.service#ThrottlingException", "ThrottlingException")]
    [InlineData("ThrottlingException", "ThrottlingException")]
    public void The_name_of_an_error_stands_alone(string type, string name) => BedrockErrors.NameOf(type).ShouldBe(name);

    [Fact]
    public void Real_messages_of_the_AWS_SDK_are_read()
    {
        var events = new List<ChatEvent>();
        var reader = BedrockConverseUpstream.Instance.CreateEventReader(Hi);
        foreach (var message in new[] { EventStreamBytes.TextDelta, EventStreamBytes.Throttled })
        {
            Protocols.Framing.AwsEventStream.TryRead(Convert.FromHexString(message), out var read, out _);
            var isEvent = read.MessageType.SequenceEqual("event"u8);
            reader.Read(isEvent ? read.EventType : read.ExceptionType, read.Payload, !isEvent, events);
        }

        events.ShouldBe(
        [
            new ChatEvent(ChatEventKind.Start),
            new ChatEvent(ChatEventKind.Text) { Text = "Hi" },
            new ChatEvent(ChatEventKind.Error) { Name = "throttlingException", Text = "Slow down", Index = 429 },
        ]);
    }

    [Fact]
    public void Frames_that_cannot_be_read_are_skipped()
    {
        var events = new ConverseStream().Start().Event("contentBlockDelta", "{oops").Event("contentBlockDelta", "[]").Event("contentBlockDelta", "")
            .Event("contentBlockDelta", """{"\ud800":1,"delta":{"text":1}}""").Delta(0, """{"text":"Hi"}""").End().Usage().Read();

        Fold(events).Choices.Single().Parts.ShouldBe([new TextPart("Hi")]);
    }

    [Fact]
    public void Nothing_is_said_after_the_end()
    {
        var events = new ConverseStream().Start().End().Usage().Delta(0, """{"text":"late"}""").Usage().Exception("throttlingException", "{}").Read();

        events[^1].Kind.ShouldBe(ChatEventKind.End);
        events.Count.ShouldBe(4);
    }
}
