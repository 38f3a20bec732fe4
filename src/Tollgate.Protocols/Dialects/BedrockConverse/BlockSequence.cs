using System.Text;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>
/// The blocks of an answer, one after the other, whatever the provider does: it never says that text begins, may forget to say that a
/// block ends, and could mix the arguments of parallel calls. A block that begins while a call is unfinished waits for its end.
/// </summary>
internal sealed class BlockSequence(ICollection<ChatEvent> events)
{
    private readonly List<Block> _blocks = [];
    private int _count;

    /// <summary>Where events go; the pump gives another collection for each frame.</summary>
    public ICollection<ChatEvent> Events { get; set; } = events;

    /// <summary>More of the block that the provider gave this number.</summary>
    public void Add(int key, in ChatEvent step)
    {
        var block = Open(key) ?? Begin(key, step.Kind == ChatEventKind.ToolCall);
        if (block == _blocks[0]) Emit(block, step);
        else (block.Waiting ??= []).Add(step);
    }

    /// <summary>A citation; they are told together at the end of their block.</summary>
    public void Cite(int key, RawJson citation)
    {
        var block = Open(key) ?? Begin(key, isCall: false);
        (block.Cited ??= []).Add(citation);
    }

    /// <summary>The provider says that a block is whole.</summary>
    public void Stop(int key)
    {
        if (Open(key) is not { } block) return;
        block.IsStopped = true;
        Advance();
    }

    /// <summary>No block follows: all are whole.</summary>
    public void StopAll()
    {
        foreach (var block in _blocks) block.IsStopped = true;
        Advance();
    }

    /// <summary>Asked for every event, so without a delegate.</summary>
    private Block? Open(int key)
    {
        foreach (var block in _blocks)
        {
            if (block.Key == key && !block.IsStopped) return block;
        }

        return null;
    }

    private Block Begin(int key, bool isCall)
    {
        var block = new Block(key, _count++, isCall);
        _blocks.Add(block);
        if (_blocks.Count == 2 && !_blocks[0].IsCall) _blocks[0].IsStopped = true;
        Advance();
        return block;
    }

    private void Advance()
    {
        while (_blocks.Count > 0)
        {
            var block = _blocks[0];
            EmitWaiting(block);
            // Nobody waits for the end of text: whatever comes late for it is a block of its own.
            if (!block.IsStopped && (block.IsCall || _blocks.Count == 1)) return;
            End(block);
            _blocks.RemoveAt(0);
        }
    }

    private void EmitWaiting(Block block)
    {
        if (block.Waiting is not { } waiting) return;
        block.Waiting = null;
        foreach (var step in waiting) Emit(block, step);
    }

    private void Emit(Block block, in ChatEvent step)
    {
        block.IsTold = true;
        if (step.Text is not { } text)
        {
            Events.Add(step with { Index = block.Number });
            return;
        }

        if (block.HalfPair is { } half) text = half + text;
        block.HalfPair = text.Length > 0 && char.IsHighSurrogate(text[^1]) ? text[^1] : null;
        if (block.HalfPair is not null) text = text[..^1];
        Events.Add(step with { Index = block.Number, Text = Whole(text) });
        block.Kind = step.Kind;
    }

    private void End(Block block)
    {
        if (block.HalfPair is not null) Events.Add(new ChatEvent(block.Kind) { Index = block.Number, Text = "\uFFFD" });
        if (block.Cited is { Count: > 0 } cited)
        {
            Events.Add(new ChatEvent(ChatEventKind.Annotations)
            {
                Index = block.Number,
                Name = Citations.Dialect,
                Json = RawJson.From('[' + string.Join(',', cited) + ']'),
            });
        }

        if (block.IsTold || block.Cited is { Count: > 0 }) Events.Add(new ChatEvent(ChatEventKind.BlockEnd) { Index = block.Number });
    }

    /// <summary>Surrogates without a partner are replaced, as no writer could encode them.</summary>
    private static string Whole(string text)
    {
        var at = 0;
        while (at < text.Length && !char.IsSurrogate(text[at])) at++;
        if (at == text.Length) return text;
        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) whole.Append(rune.ToString());
        return whole.ToString();
    }

    private sealed class Block(int key, int number, bool isCall)
    {
        public int Key { get; } = key;

        public int Number { get; } = number;

        public bool IsCall { get; } = isCall;

        public bool IsStopped { get; set; }

        public bool IsTold { get; set; }

        public char? HalfPair { get; set; }

        public ChatEventKind Kind { get; set; }

        public List<ChatEvent>? Waiting { get; set; }

        public List<RawJson>? Cited { get; set; }
    }
}
