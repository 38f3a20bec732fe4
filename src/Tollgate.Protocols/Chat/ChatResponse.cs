using System.Text;

namespace Tollgate.Protocols.Chat;

/// <summary>A whole answer: nothing but the fold of its events.</summary>
public sealed class ChatResponse
{
    private readonly SortedDictionary<int, ChatChoice> _choices = [];
    private readonly SortedDictionary<string, AnswerExtra> _extras = new(StringComparer.Ordinal);

    /// <summary>Id that the provider gave; null when it gives none.</summary>
    public string? Id { get; private set; }

    /// <summary>Model that the provider named; null when it names none.</summary>
    public string? Model { get; private set; }

    /// <summary>Unix seconds; 0 when the provider did not say.</summary>
    public long Created { get; private set; }

    /// <summary>What was used.</summary>
    public TokenUsage Usage { get; private set; }

    /// <summary>What came beside the answer, by name, in order.</summary>
    public IReadOnlyCollection<AnswerExtra> Extras => _extras.Values;

    /// <summary>The error event, when there was one.</summary>
    public ChatEvent? Error { get; private set; }

    /// <summary>True when the answer is whole.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The answers, by number; at least one when it is whole.</summary>
    public IReadOnlyCollection<ChatChoice> Choices => _choices.Values;

    /// <summary>Takes the next event.</summary>
    public void Add(in ChatEvent step)
    {
        switch (step.Kind)
        {
            case ChatEventKind.Start:
                (Id, Model, Created) = (step.Id ?? Id, step.Name ?? Model, step.Created == 0 ? Created : step.Created);
                Usage = step.Usage ?? Usage;
                break;
            case ChatEventKind.Usage:
                Usage = step.Usage ?? Usage;
                break;
            case ChatEventKind.AnswerExtra:
                _extras[step.Name!] = AnswerExtra.Of(step);
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
        if (!_choices.TryGetValue(index, out var choice)) _choices[index] = choice = new ChatChoice(index);
        return choice;
    }
}

/// <summary>One answer of a response.</summary>
public sealed class ChatChoice(int index)
{
    private readonly List<Part> _parts = [];
    private readonly SortedDictionary<string, AnswerExtra> _extras = new(StringComparer.Ordinal);
    private readonly StringBuilder _text = new();
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
    public List<RawJson> Logprobs { get; } = [];

    /// <summary>What came beside it, by name.</summary>
    public IReadOnlyCollection<AnswerExtra> Extras => _extras.Values;

    internal void Add(in ChatEvent step)
    {
        switch (step.Kind)
        {
            case ChatEventKind.Finish:
                Close();
                (Finish, NativeFinish, StopSequence) = (step.Finish, step.NativeFinish, step.Text);
                break;
            case ChatEventKind.Logprobs:
                Logprobs.Add(step.Json);
                break;
            case ChatEventKind.ChoiceExtra:
                _extras[step.Name!] = AnswerExtra.Of(step);
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

        _text.Append(step.Text);
        _token = step.Token ?? _token;
        if (step.Kind != ChatEventKind.Annotations) return;
        (_annotations, _annotationsDialect) = (step.Json, step.Name);
    }

    private void Close()
    {
        if (!_isOpen) return;
        _isOpen = false;
        var text = _text.ToString();
        _parts.Add(_open.Kind switch
        {
            ChatEventKind.ToolCall => new ToolCallPart(_open.Id ?? "", _open.Name ?? "", text.Length == 0 ? "{}" : text) { Token = _token },
            ChatEventKind.Reasoning => new ReasoningPart(text, _token),
            ChatEventKind.ReasoningToken => new ReasoningPart(_token?.Kind == OpaqueTokenKind.Signature ? text : null, _token),
            ChatEventKind.Refusal => new RefusalPart(text),
            _ => new TextPart(text) { Annotations = _annotations, AnnotationsDialect = _annotationsDialect },
        });
        _text.Clear();
        (_token, _annotations, _annotationsDialect) = (null, default, null);
    }
}
