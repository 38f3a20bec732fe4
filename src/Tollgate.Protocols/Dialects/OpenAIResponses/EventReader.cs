using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>Reads the events of a stream. What an event is says its <c>type</c>; the name of the frame says the same, and is not always there.</summary>
internal sealed class OpenAIResponsesEventReader(ChatRequest request) : EventReader
{
    private readonly AnswerReader _answer = new(request);

    /// <inheritdoc/>
    public override bool Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isException, ICollection<ChatEvent> events)
    {
        data = data.Trim(" \t\r\n"u8);
        if (data.IsEmpty || _answer.IsOver || data.SequenceEqual("[DONE]"u8)) return true;
        try
        {
            var reader = new Utf8JsonReader(data, DeepJson.Reader);
            if (!JsonDocument.TryParseValue(ref reader, out var document)) return false;
            using (document) _answer.ReadEvent(document.RootElement, isException || name.SequenceEqual("error"u8), events);
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false; // not JSON, or a member's name is no text
        }
    }

    /// <inheritdoc/>
    public override void Complete(ICollection<ChatEvent> events)
    {
        // Whole is only what says so: the last event does.
    }
}
