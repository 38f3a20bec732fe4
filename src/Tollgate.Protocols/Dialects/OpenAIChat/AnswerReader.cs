using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Reads an answer, in one piece or in chunks: the same members, under <c>message</c> or <c>delta</c>.</summary>
internal sealed class AnswerReader(ChatRequest request)
{
    private readonly SortedDictionary<int, ChoiceReader> _choices = [];
    private readonly ToolNames _names = RequestWriter.NamesOf(request);
    private readonly ExtraReader _extras = new();
    private readonly List<ChatEvent> _early = [];
    private TokenUsage _usage;
    private bool _started;

    /// <summary>True after the end, or an error.</summary>
    public bool IsOver { get; private set; }

    /// <summary>True when there was any choice.</summary>
    public bool HasChoices => _choices.Count > 0;

    /// <summary>Reads a chunk.</summary>
    public void ReadChunk(JsonElement chunk, bool isError, ICollection<ChatEvent> events)
    {
        if (chunk.ValueKind != JsonValueKind.Object) return;
        if (ProviderError.Read(chunk, isError) is { } error)
        {
            IsOver = true;
            events.Add(error);
            return;
        }

        var hasChoices = WireText.Member(chunk, "choices"u8) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0;
        // Azure opens with a chunk about its filters that names neither the answer nor the model.
        if (hasChoices || WireText.OrNull(chunk, "id"u8) is { Length: > 0 }) Start(chunk, events);
        ReadExtras(chunk, events);
        if (hasChoices)
        {
            foreach (var choice in chunk.GetProperty("choices"u8).EnumerateArray()) ReadChoice(choice, events);
        }

        if (Usage.Read(chunk, ref _usage)) events.Add(new ChatEvent(ChatEventKind.Usage) { Usage = _usage });
    }

    /// <summary>The provider says that the answer is whole. A choice that it gave no reason for has ended of its own accord.</summary>
    public void Done(ICollection<ChatEvent> events)
    {
        if (!HasChoices) return;
        foreach (var choice in _choices.Values) choice.End(null, null, events);
        End(events);
    }

    /// <summary>The provider says nothing more: whole if every answer that was asked for has its reason.</summary>
    public void Complete(ICollection<ChatEvent> events)
    {
        if (IsOver || _choices.Count < Math.Max(1, request.Count ?? 1) || _choices.Values.Any(c => !c.IsFinished)) return;
        End(events);
    }

    private void Start(JsonElement chunk, ICollection<ChatEvent> events)
    {
        if (_started) return;
        _started = true;
        events.Add(new ChatEvent(ChatEventKind.Start)
        {
            Id = WireText.OrNull(chunk, "id"u8) is { Length: > 0 } id ? id : null,
            Name = WireText.OrNull(chunk, "model"u8) is { Length: > 0 } model ? model : null,
            // Some servers write it as a float.
            Created = WireText.Member(chunk, "created"u8) is { ValueKind: JsonValueKind.Number } created
                && created.TryGetDouble(out var seconds) && seconds is > 0 and < 1e15 ? (long)seconds : 0,
        });
    }

    /// <summary>Azure's opening chunk comes before the start: what it says beside the answer waits for it.</summary>
    private void ReadExtras(JsonElement chunk, ICollection<ChatEvent> events)
    {
        _extras.ReadAnswer(chunk, _started ? events : _early);
        if (!_started || _early.Count == 0) return;
        foreach (var extra in _early) events.Add(extra);
        _early.Clear();
    }

    private void ReadChoice(JsonElement choice, ICollection<ChatEvent> events)
    {
        if (choice.ValueKind != JsonValueKind.Object) return;
        var number = WireText.Member(choice, "index"u8) is { ValueKind: JsonValueKind.Number } index && index.TryGetInt32(out var n) ? n : 0;
        if (!_choices.TryGetValue(number, out var reader)) _choices[number] = reader = new ChoiceReader(number, request, _names);
        // Several servers answer a stream with one chunk that holds the whole message.
        if ((WireText.Member(choice, "delta"u8) ?? WireText.Member(choice, "message"u8)) is { } delta) reader.Read(delta, events);
        ReadLogprobs(choice, number, events);
        ExtraReader.ReadChoice(choice, number, events);
        if (WireText.OrNull(choice, "finish_reason"u8) is { Length: > 0 } finish)
        {
            reader.End(finish, WireText.OrNull(choice, "stop_reason"u8), events);
        }
    }

    private static void ReadLogprobs(JsonElement choice, int number, ICollection<ChatEvent> events)
    {
        if (WireText.Member(choice, "logprobs"u8) is not { } logprobs) return;
        if (WireText.Member(logprobs, "content"u8) is not { ValueKind: JsonValueKind.Array } content || content.GetArrayLength() == 0) return;
        events.Add(new ChatEvent(ChatEventKind.Logprobs) { Choice = number, Json = WireText.Raw(content) });
    }

    private void End(ICollection<ChatEvent> events)
    {
        if (IsOver) return;
        IsOver = true;
        events.Add(new ChatEvent(ChatEventKind.End));
    }
}
