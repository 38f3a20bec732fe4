using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// Reads one candidate over all chunks of an answer. Text and thoughts of successive parts continue one block until the kind changes or a
/// thought signature stands between them. The last <c>finishReason</c> counts: some models repeat STOP in every chunk.
/// </summary>
internal sealed class CandidateReader(int choice, CallIds ids, ToolNames names)
{
    private readonly StringBuilder _text = new();
    private readonly ExtraReader _extras = new();
    private ChatEventKind? _open;
    private int _index = -1;
    private bool _hasCalls;
    private string? _finish;
    private JsonElement _grounding;
    private JsonElement _citations;

    /// <summary>Its number.</summary>
    public int Choice { get; } = choice;

    /// <summary>True when the provider said why the candidate ended.</summary>
    public bool IsFinished => _finish is not null;

    /// <summary>Reads what a chunk says of the candidate.</summary>
    public void Read(JsonElement candidate, ICollection<ChatEvent> events)
    {
        if (candidate.TryObject("content"u8, out var content))
        {
            foreach (var part in content.Items("parts"u8)) ReadPart(part, events);
        }

        if (candidate.TryObject("groundingMetadata"u8, out var grounding)) _grounding = grounding.Clone();
        if (candidate.TryObject("citationMetadata"u8, out var citations)) _citations = citations.Clone();
        if (candidate.TryObject("logprobsResult"u8, out var result) && Logprobs.From(result) is { IsEmpty: false } logprobs)
        {
            events.Add(new ChatEvent(ChatEventKind.Logprobs) { Choice = Choice, Index = Math.Max(_index, 0), Json = logprobs });
        }

        _extras.Read(candidate);
        _finish = candidate.Text("finishReason"u8) ?? _finish;
    }

    /// <summary>The prompt was blocked.</summary>
    public void Block(string reason) => _finish = reason;

    /// <summary>Ends the candidate.</summary>
    public void Complete(bool isBlocked, ICollection<ChatEvent> events)
    {
        if (_open != ChatEventKind.Text && HasSources && Annotations("") is { IsEmpty: false }) Open(ChatEventKind.Text, events); // Sources of a text that is closed already.
        Close(events);
        _extras.Tell(Choice, events);
        var finish = isBlocked ? FinishReason.ContentFilter : Finish.From(_finish, _hasCalls);
        events.Add(new ChatEvent(ChatEventKind.Finish) { Choice = Choice, Finish = finish, NativeFinish = _finish });
    }

    private void ReadPart(JsonElement part, ICollection<ChatEvent> events)
    {
        var token = part.Text("thoughtSignature"u8) is { Length: > 0 } signature ? new OpaqueToken("gemini", OpaqueTokenKind.Signature, signature) : null;
        if (part.TryObject("functionCall"u8, out var call))
        {
            ReadCall(call, token, events);
            return;
        }

        var isThought = part.IsTrue("thought"u8);
        var text = part.Text("text"u8);
        if (isThought || text is not null) ReadText(isThought, text ?? "", token, events);
        else if (OtherParts.From(part) is { } said) ReadWhole(said, token, events);
        else if (token is not null) ReadToken(token, events);
    }

    /// <summary>More text, or more of a thought.</summary>
    public void ReadText(bool isThought, string text, OpaqueToken? token, ICollection<ChatEvent> events)
    {
        var kind = isThought ? ChatEventKind.Reasoning : ChatEventKind.Text;
        if (text.Length > 0)
        {
            Open(kind, events);
            if (!isThought) _text.Append(text);
            events.Add(Step(kind) with { Text = text });
        }

        if (token is not null) ReadToken(token, events);
    }

    /// <summary>Things that no event can say are said as text, in a block of their own.</summary>
    private void ReadWhole(string said, OpaqueToken? token, ICollection<ChatEvent> events)
    {
        Close(events);
        ReadText(isThought: false, said, token, events);
        Close(events);
    }

    /// <summary>A thought's signature ends its block. That of a text, or of an empty part at the end, is a block of its own behind it.</summary>
    private void ReadToken(OpaqueToken token, ICollection<ChatEvent> events)
    {
        if (_open != ChatEventKind.Reasoning) Open(ChatEventKind.ReasoningToken, events);
        events.Add(Step(ChatEventKind.ReasoningToken) with { Token = token });
        Close(events);
    }

    private void ReadCall(JsonElement call, OpaqueToken? token, ICollection<ChatEvent> events)
    {
        var name = names.ToClient(call.Text("name"u8) ?? "");
        var arguments = call.TryObject("args"u8, out var args) ? args.GetRawText() : "{}";
        Open(ChatEventKind.ToolCall, events);
        events.Add(Step(ChatEventKind.ToolCall) with { Id = ids.Next(call.Text("id"u8), name, arguments), Name = name, Token = token });
        events.Add(Step(ChatEventKind.Arguments) with { Text = arguments });
        Close(events);
        _hasCalls = true;
    }

    private ChatEvent Step(ChatEventKind kind) => new(kind) { Choice = Choice, Index = _index };

    private void Open(ChatEventKind kind, ICollection<ChatEvent> events)
    {
        if (_open == kind) return;
        Close(events);
        (_open, _index) = (kind, _index + 1);
    }

    private void Close(ICollection<ChatEvent> events)
    {
        if (_open is null) return;
        if (_open == ChatEventKind.Text && HasSources && Annotations(_text.ToString()) is { IsEmpty: false } annotations)
        {
            events.Add(Step(ChatEventKind.Annotations) with { Json = annotations, Name = Citations.Grammar });
            (_grounding, _citations) = (default, default);
        }

        events.Add(Step(ChatEventKind.BlockEnd));
        _text.Clear();
        _open = null;
    }

    private bool HasSources => _grounding.ValueKind != JsonValueKind.Undefined || _citations.ValueKind != JsonValueKind.Undefined;

    private RawJson Annotations(string text) => Citations.From(_grounding, _citations, text);
}
