using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// Reads a stream: each frame is a GenerateContentResponse, or Google's error object. There is no last frame; the stream is whole when it is
/// closed after a <c>finishReason</c> (or a blocked prompt), so the reasons are told then.
/// </summary>
internal sealed class GeminiEventReader(ChatRequest request) : EventReader
{
    private readonly AnswerReader _answer = new(request);
    private readonly ChunkShape _shape = new();

    public override bool Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isException, ICollection<ChatEvent> events)
    {
        if (isException)
        {
            _answer.Fail(new ChatEvent(ChatEventKind.Error) { Name = Encoding.UTF8.GetString(name), Text = Encoding.UTF8.GetString(data), Index = 500 }, events);
            return true;
        }

        if (data.IsEmpty) return true;
        return (_answer.IsStarted && TryReadText(data, events)) || ReadAny(data, events);
    }

    private bool TryReadText(ReadOnlySpan<byte> data, ICollection<ChatEvent> events)
    {
        if (_shape.TryRead(data, out var chunk)) return _answer.TryRead(chunk, events);
        if (!TextChunk.TryRead(data, out chunk)) return false;
        _shape.Keep(data, chunk);
        return _answer.TryRead(chunk, events);
    }

    private bool ReadAny(ReadOnlySpan<byte> data, ICollection<ChatEvent> events)
    {
        try
        {
            using var document = JsonDocument.Parse(data.ToArray(), DeepJson.Document);
            _answer.Read(document.RootElement, events);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false; // not JSON, or names in it that are no text
        }
    }

    public override void Complete(ICollection<ChatEvent> events)
    {
        if (_answer.IsWhole) _answer.Complete(events);
    }
}
