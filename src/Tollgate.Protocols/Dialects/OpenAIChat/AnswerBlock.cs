using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>One block of one choice while it arrives. What it gets before its turn waits in it.</summary>
internal sealed class AnswerBlock(ChatEventKind kind, int choice, int index)
{
    private readonly StringBuilder _waiting = new();
    private JsonBalance _balance;
    private bool _isLive;
    private char? _half;
    private List<byte>? _annotations;

    /// <summary>Text, Reasoning, Refusal or ToolCall.</summary>
    public ChatEventKind Kind { get; } = kind;

    /// <summary>Number of the call in the provider's stream.</summary>
    public int CallNumber { get; init; }

    public string? CallId { get; set; }

    public string? CallName { get; set; }

    public OpaqueToken? Token { get; set; }

    /// <summary>False for a call whose arguments are not one whole JSON value yet: it would be wrong to end it.</summary>
    public bool MayEnd => Kind != ChatEventKind.ToolCall || _balance.IsWhole;

    public void Append(string text, ICollection<ChatEvent> events)
    {
        if (Kind == ChatEventKind.ToolCall) _balance.Add(text);
        if (_isLive) Emit(text, events);
        else _waiting.Append(text);
    }

    /// <summary>Keeps annotations until the end: the form holds one array of them for a block.</summary>
    public void Annotate(JsonElement array)
    {
        foreach (var element in array.EnumerateArray())
        {
            if (_annotations is null) _annotations = [(byte)'['];
            else _annotations.Add((byte)',');
            _annotations.AddRange(JsonMarshal.GetRawUtf8Value(element));
        }
    }

    /// <summary>It is its turn: what waited goes out, and from now on everything at once.</summary>
    public void Begin(ICollection<ChatEvent> events)
    {
        if (_isLive) return;
        _isLive = true;
        if (Kind == ChatEventKind.ToolCall) events.Add(Step(Kind) with { Id = CallId, Name = CallName, Token = Token });
        Emit(_waiting.ToString(), events);
        _waiting.Clear();
    }

    public void End(ICollection<ChatEvent> events)
    {
        Begin(events);
        if (_half is not null) events.Add(Step(Delta) with { Text = "\uFFFD" });
        if (_annotations is not null)
        {
            _annotations.Add((byte)']');
            events.Add(Step(ChatEventKind.Annotations) with { Json = new RawJson(_annotations.ToArray()), Name = OpenAIChatClient.DialectName });
        }

        events.Add(Step(ChatEventKind.BlockEnd));
    }

    private ChatEventKind Delta => Kind == ChatEventKind.ToolCall ? ChatEventKind.Arguments : Kind;

    private void Emit(string text, ICollection<ChatEvent> events)
    {
        // Half an emoji waits for its other half, which is in the next delta.
        if (_half is { } half) (text, _half) = (half + text, null);
        if (text.Length > 0 && char.IsHighSurrogate(text[^1])) (text, _half) = (text[..^1], text[^1]);
        if (text.Length > 0) events.Add(Step(Delta) with { Text = WireText.WellFormed(text) });
    }

    private ChatEvent Step(ChatEventKind step) => new(step) { Index = index, Choice = choice };
}
