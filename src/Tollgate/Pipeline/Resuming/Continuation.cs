using Tollgate.Protocols.Chat;

namespace Tollgate.Pipeline.Resuming;

/// <summary>
/// Makes the events of another answer the rest of one that broke: its text goes on in the block that is open, cut where it repeats; blocks
/// that follow are numbered on; its thoughts before the text are its own; its usage is added to what was used before.
/// </summary>
internal sealed class Continuation(ResumableStream stream, bool exact)
{
    private readonly Seam _seam = new(stream.Transcript.Text, exact);
    private readonly int _open = stream.Transcript.OpenBlock;
    private readonly List<ChatEvent> _mapped = [];
    private int? _first;
    private int _shift;

    internal ResumableStream Stream { get; } = stream;

    /// <summary>True: the provider was given the half answer to complete.</summary>
    internal bool IsPrefill { get; } = exact;

    /// <summary>Replaces events by what they are in the client's stream.</summary>
    internal void Map(List<ChatEvent> events)
    {
        _mapped.Clear();
        foreach (var step in events) Map(step);
        events.Clear();
        events.AddRange(_mapped);
    }

    private void Map(in ChatEvent step)
    {
        if (step.Usage is { } usage)
        {
            _mapped.Add(new ChatEvent(ChatEventKind.Usage) { Usage = Stream.Usage.Plus(usage) });
            if (step.Kind == ChatEventKind.Usage) return;
        }

        switch (step.Kind)
        {
            case ChatEventKind.Start:
                break;
            case ChatEventKind.End or ChatEventKind.Error:
                _mapped.Add(step);
                break;
            case ChatEventKind.Finish:
                Close();
                if (_first is null) _mapped.Add(new ChatEvent(ChatEventKind.BlockEnd) { Index = _open });
                _mapped.Add(step with { Usage = null });
                break;
            default:
                MapBlock(step);
                break;
        }
    }

    private void MapBlock(in ChatEvent step)
    {
        if (_first is null && !Begins(step)) return;
        if (step.Index == _first && step.Kind == ChatEventKind.Text) AddText(_seam.Take(step.Text!));
        else AddBehindSeam(step);
    }

    /// <summary>True for the first thing that the client gets of this answer.</summary>
    private bool Begins(in ChatEvent step)
    {
        switch (step.Kind)
        {
            case ChatEventKind.Text:
                (_first, _shift) = (step.Index, _open - step.Index);
                return true;
            case ChatEventKind.ToolCall or ChatEventKind.Refusal:
                Close();
                _mapped.Add(new ChatEvent(ChatEventKind.BlockEnd) { Index = _open });
                (_first, _shift) = (step.Index, _open + 1 - step.Index);
                return true;
            default:
                return false;
        }
    }

    private void AddBehindSeam(in ChatEvent step)
    {
        if (step.Index != _first || step.Kind == ChatEventKind.BlockEnd) Close();
        _mapped.Add(step with { Index = step.Index + _shift });
    }

    private void Close() => AddText(_seam.Close());

    private void AddText(string text)
    {
        if (text.Length > 0) _mapped.Add(new ChatEvent(ChatEventKind.Text) { Index = _open, Text = text });
    }
}
