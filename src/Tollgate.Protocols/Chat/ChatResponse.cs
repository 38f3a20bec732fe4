using System.Text;

namespace Tollgate.Protocols.Chat;

/// <summary>A whole answer: nothing but the fold of its events.</summary>
public sealed class ChatResponse
{
    private readonly List<ChatChoice> _choices = [];
    private List<AnswerExtra>? _extras;

    /// <summary>Id that the provider gave; null when it gives none.</summary>
    public string? Id { get; private set; }

    /// <summary>Model that the provider named; null when it names none.</summary>
    public string? Model { get; private set; }

    /// <summary>Unix seconds; 0 when the provider did not say.</summary>
    public long Created { get; private set; }

    /// <summary>What was used.</summary>
    public TokenUsage Usage { get; private set; }

    /// <summary>What came beside the answer, by name, in order.</summary>
    public IReadOnlyList<AnswerExtra> Extras => _extras ?? (IReadOnlyList<AnswerExtra>)[];

    /// <summary>The error event, when there was one.</summary>
    public ChatEvent? Error { get; private set; }

    /// <summary>True when the answer is whole.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The answers, by number; at least one when it is whole.</summary>
    public IReadOnlyList<ChatChoice> Choices => _choices;

    /// <summary>Takes the next event.</summary>
    public void Add(in ChatEvent step)
    {
        switch (step.Kind)
        {
            case ChatEventKind.Start:
                (Id, Model, Created) = (step.Id ?? Id, step.Name ?? Model, step.Created == 0 ? Created : step.Created);
                if (step.HasUsage) Usage = step.Usage!.Value;
                break;
            case ChatEventKind.Usage:
                if (step.HasUsage) Usage = step.Usage!.Value;
                break;
            case ChatEventKind.AnswerExtra:
                Put(ref _extras, AnswerExtra.Of(step));
                break;
            case ChatEventKind.Error:
                Error = step;
                break;
            case ChatEventKind.End:
                IsWhole = true;
                break;
            default:
                Choice(step.Choice).Add(step);
                break;
        }
    }

    private ChatChoice Choice(int index)
    {
        var at = 0;
        while (at < _choices.Count && _choices[at].Index < index) at++;
        if (at == _choices.Count || _choices[at].Index != index) _choices.Insert(at, new ChatChoice(index));
        return _choices[at];
    }

    /// <summary>In the order of the names, and in the place of one of the same name: there are few.</summary>
    internal static void Put(ref List<AnswerExtra>? extras, AnswerExtra extra)
    {
        extras ??= [];
        var at = 0;
        while (at < extras.Count && string.CompareOrdinal(extras[at].Name, extra.Name) < 0) at++;
        if (at < extras.Count && extras[at].Name == extra.Name) extras[at] = extra;
        else extras.Insert(at, extra);
    }
}

/// <summary>One answer of a response.</summary>
public sealed class ChatChoice(int index)
{
    private readonly List<Part> _parts = [];
    private List<AnswerExtra>? _extras;
    private List<RawJson>? _logprobs;

    // Of a whole answer every block comes in one piece, which is its text; only further ones are put together.
    private string? _text;
    private StringBuilder? _more;
    private ChatEvent _open;
    private bool _isOpen;
    private OpaqueToken? _token;
    private RawJson _annotations;
    private string? _annotationsDialect;

    /// <summary>From 0.</summary>
    public int Index { get; } = index;

    /// <summary>Its parts in order: text, reasoning, refusals, tool calls.</summary>
    public IReadOnlyList<Part> Parts => _parts;

    /// <summary>Why it ended; null while it has not.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>The provider's own word for it.</summary>
    public string? NativeFinish { get; private set; }

    /// <summary>The stop sequence that was met.</summary>
    public string? StopSequence { get; private set; }

    /// <summary>OpenAI's <c>logprobs.content</c> arrays, in order.</summary>
    public IReadOnlyList<RawJson> Logprobs => _logprobs ?? (IReadOnlyList<RawJson>)[];

    /// <summary>What came beside it, by name.</summary>
    public IReadOnlyList<AnswerExtra> Extras => _extras ?? (IReadOnlyList<AnswerExtra>)[];

    internal void Add(in ChatEvent step)
    {
        switch (step.Kind)
        {
            case ChatEventKind.Finish:
                Close();
                (Finish, NativeFinish, StopSequence) = (step.Finish, step.NativeFinish, step.Text);
                break;
            case ChatEventKind.Logprobs:
                (_logprobs ??= []).Add(step.Json);
                break;
            case ChatEventKind.ChoiceExtra:
                ChatResponse.Put(ref _extras, AnswerExtra.Of(step));
                break;
            case ChatEventKind.BlockEnd:
                Close();
                break;
            default:
                Extend(step);
                break;
        }
    }

    private void Extend(in ChatEvent step)
    {
        if (_isOpen && step.Index != _open.Index) Close();
        if (!_isOpen)
        {
            _open = step;
            _isOpen = true;
        }

        Append(step.Text);
        _token = step.Token ?? _token;
        if (step.Kind != ChatEventKind.Annotations) return;
        (_annotations, _annotationsDialect) = (step.Json, step.Name);
    }

    private void Append(string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        if (_text is null)
        {
            _text = text;
            return;
        }

        _more ??= new StringBuilder();
        if (_more.Length == 0) _more.Append(_text);
        _more.Append(text);
    }

    private void Close()
    {
        if (!_isOpen) return;
        _isOpen = false;
        var text = _more is { Length: > 0 } ? _more.ToString() : _text ?? "";
        _parts.Add(_open.Kind switch
        {
            ChatEventKind.ToolCall => new ToolCallPart(_open.Id ?? "", _open.Name ?? "", text.Length == 0 ? "{}" : text) { Token = _token },
            ChatEventKind.Reasoning => new ReasoningPart(text, _token),
            ChatEventKind.ReasoningToken => new ReasoningPart(_token?.Kind == OpaqueTokenKind.Signature ? text : null, _token),
            ChatEventKind.Refusal => new RefusalPart(text),
            _ => new TextPart(text) { Annotations = _annotations, AnnotationsDialect = _annotationsDialect },
        });
        _text = null;
        _more?.Clear();
        (_token, _annotations, _annotationsDialect) = (null, default, null);
    }
}
