using System.Buffers;
using System.Text;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.BedrockConverse;
using Tollgate.Protocols.Framing;

namespace Tollgate.Protocols.Tests.Dialects.BedrockConverse;

/// <summary>The messages of one ConverseStream, read with a reader of their own.</summary>
internal sealed class ConverseStream(ChatRequest? request = null)
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ConverseStream Event(string type, string payload)
    {
        AwsEventStream.Write(_bytes, Encoding.UTF8.GetBytes(payload), "event", type);
        return this;
    }

    public ConverseStream Exception(string type, string payload)
    {
        AwsEventStream.Write(_bytes, Encoding.UTF8.GetBytes(payload), "exception", type);
        return this;
    }

    public ConverseStream Start() => Event("messageStart", """{"role":"assistant","p":"abcdef"}""");

    public ConverseStream Delta(int index, string delta) => Event("contentBlockDelta", $$"""{"contentBlockIndex":{{index}},"delta":{{delta}},"p":"ab"}""");

    public ConverseStream Call(int index, string id, string name) => Event(
        "contentBlockStart", $$$"""{"contentBlockIndex":{{{index}}},"start":{"toolUse":{"toolUseId":"{{{id}}}","name":"{{{name}}}"}},"p":"a"}""");

    public ConverseStream Stop(int index) => Event("contentBlockStop", $$"""{"contentBlockIndex":{{index}},"p":"abc"}""");

    public ConverseStream End(string reason = "end_turn") => Event("messageStop", $$"""{"stopReason":"{{reason}}","p":"abcd"}""");

    public ConverseStream Usage(string usage = """{"inputTokens":9,"outputTokens":4,"totalTokens":13}""") =>
        Event("metadata", $$"""{"usage":{{usage}},"metrics":{"latencyMs":88},"p":"abc"}""");

    /// <summary>Reads it as it comes from the network: in two pieces, cut there.</summary>
    public List<ChatEvent> Read(int cut = 0, bool complete = true)
    {
        var events = new List<ChatEvent>();
        var reader = BedrockConverseUpstream.Instance.CreateEventReader(request ?? Converse.Hi);
        var rest = Pump(_bytes.WrittenSpan[..cut], reader, events);
        rest = Pump([.. rest, .. _bytes.WrittenSpan[cut..]], reader, events);
        rest.Length.ShouldBe(0);
        if (complete) reader.Complete(events);
        return events;
    }

    public int Length => _bytes.WrittenCount;

    private static byte[] Pump(ReadOnlySpan<byte> buffer, Protocols.Dialects.EventReader reader, List<ChatEvent> events)
    {
        while (AwsEventStream.TryRead(buffer, out var message, out var consumed) == AwsEventStatus.Ok)
        {
            var isEvent = message.MessageType.SequenceEqual("event"u8);
            reader.Read(isEvent ? message.EventType : message.ExceptionType, message.Payload, !isEvent, events);
            buffer = buffer[consumed..];
        }

        return buffer.ToArray();
    }
}
