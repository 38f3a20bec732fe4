using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Reads the chunks of a stream.</summary>
internal sealed class OpenAIChatEventReader(ChatRequest request) : EventReader
{
    private readonly AnswerReader _answer = new(request);

    /// <inheritdoc/>
    public override bool Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isException, ICollection<ChatEvent> events)
    {
        data = data.Trim(" \t\r\n"u8);
        if (data.IsEmpty || _answer.IsOver) return true;
        if (data.SequenceEqual("[DONE]"u8))
        {
            _answer.Done(events);
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(data, DeepJson.Reader);
            if (!JsonDocument.TryParseValue(ref reader, out var document)) return false;
            using (document) _answer.ReadChunk(document.RootElement, isException || name.SequenceEqual("error"u8), events);
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false; // not JSON, or a member's name is no text
        }
    }

    /// <inheritdoc/>
    public override void Complete(ICollection<ChatEvent> events) => _answer.Complete(events);
}
