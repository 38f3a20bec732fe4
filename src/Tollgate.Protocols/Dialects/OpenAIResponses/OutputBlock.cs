using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>One block of the answer while it arrives.</summary>
internal sealed class OutputBlock(ChatEventKind kind, int index)
{
    private readonly StringBuilder _annotations = new();
    private char? _half;
    private bool _isTold;

    /// <summary>True when anything of it was told.</summary>
    public bool HasText { get; private set; }

    public bool IsAnnotated => _annotations.Length > 0;

    public void BeginCall(string id, string name, ICollection<ChatEvent> events)
    {
        _isTold = true;
        events.Add(Step(ChatEventKind.ToolCall) with { Id = id, Name = name });
    }

    public void Append(string? text, ICollection<ChatEvent> events)
    {
        if (string.IsNullOrEmpty(text)) return;
        HasText = true;
        // Half an emoji waits for its other half, which is in the next delta.
        if (_half is { } half) (text, _half) = (half + text, null);
        if (char.IsHighSurrogate(text[^1])) (text, _half) = (text[..^1], text[^1]);
        if (text.Length > 0) Tell(Step(kind) with { Text = WireText.WellFormed(text) }, events);
    }

    /// <summary>Keeps an annotation until the end: the form holds one array of them for a block.</summary>
    public void Annotate(JsonElement annotation)
    {
        _annotations.Append(_annotations.Length == 0 ? '[' : ',').Append(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(annotation)));
    }

    public void AddToken(OpaqueToken token, ICollection<ChatEvent> events)
    {
        Release(events);
        Tell(Step(ChatEventKind.ReasoningToken) with { Token = token }, events);
    }

    /// <returns>False when nothing of it was told.</returns>
    public bool End(ICollection<ChatEvent> events)
    {
        Release(events);
        if (_annotations.Length > 0)
        {
            using var document = JsonDocument.Parse(_annotations.Append(']').ToString(), Json.DeepJson.Document);
            if (Annotations.ToChat(document.RootElement) is { IsEmpty: false } written) Tell(Step(ChatEventKind.Annotations) with { Json = written, Name = OpenAIChatClient.DialectName }, events);
            foreach (var other in document.RootElement.EnumerateArray().Where(a => !Annotations.LeadsToAddress(a)))
            {
                events.Add(new AnswerExtra(OpenAIResponsesClient.DialectName, WireText.OrNull(other, "type"u8) ?? "annotation", WireText.Raw(other)).OfChoice(0));
            }
        }

        if (_isTold) events.Add(Step(ChatEventKind.BlockEnd));
        return _isTold;
    }

    private void Release(ICollection<ChatEvent> events)
    {
        if (_half is not null) Tell(Step(kind) with { Text = "\uFFFD" }, events);
        _half = null;
    }

    private void Tell(ChatEvent step, ICollection<ChatEvent> events)
    {
        _isTold = true;
        events.Add(step);
    }

    private ChatEvent Step(ChatEventKind step) => new(step) { Index = index };
}
