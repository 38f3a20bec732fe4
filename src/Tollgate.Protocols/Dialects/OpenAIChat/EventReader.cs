using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Reads the chunks of a stream.</summary>
internal sealed class OpenAIChatEventReader(ChatRequest request) : EventReader
{
    private readonly AnswerReader _answer = new(request);

    /// <inheritdoc/>
    public override void Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isException, ICollection<ChatEvent> events)
    {
        data = data.Trim(" \t\r\n"u8);
        if (data.IsEmpty || _answer.IsOver) return;
        if (data.SequenceEqual("[DONE]"u8))
        {
            _answer.Done(events);
            return;
        }

        try
        {
            var reader = new Utf8JsonReader(data, DeepJson.Reader);
            if (!JsonDocument.TryParseValue(ref reader, out var document)) return;
            using (document) _answer.ReadChunk(document.RootElement, isException || name.SequenceEqual("error"u8), events);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Not JSON, or a member's name is no text: a frame that cannot be read is skipped.
        }
    }

    /// <inheritdoc/>
    public override void Complete(ICollection<ChatEvent> events) => _answer.Complete(events);
}
