using System.Buffers;
using System.Text;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;

namespace Tollgate.Pipeline.Resuming;

/// <summary>What a client has been told of an answer so far: enough to go on with it elsewhere, if it can be gone on with at all.</summary>
internal sealed class Transcript
{
    // Longer answers are not resumed: the text would have to be sent once more, and it waits in memory.
    private const int Longest = 256 * 1024;

    private readonly List<ChatEvent> _outline = [];
    private readonly StringBuilder _text = new();
    private bool _isSpoilt;

    /// <summary>True in the middle of a text: nothing but text (and thoughts before it) has been said, and it has not ended.</summary>
    internal bool CanGoOn => !_isSpoilt && OpenBlock >= 0 && _text.Length > 0;

    /// <summary>Number of the text block that is open; −1 when none is.</summary>
    internal int OpenBlock { get; private set; } = -1;

    /// <summary>All text so far.</summary>
    internal string Text => _text.ToString();

    /// <summary>Takes what the client is told.</summary>
    internal void Add(in ChatEvent step)
    {
        if (_isSpoilt) return;
        switch (step.Kind)
        {
            case ChatEventKind.Start:
                _outline.Add(step with { Usage = null });
                break;
            case ChatEventKind.Text when step.Choice == 0 && _text.Length + step.Text!.Length <= Longest:
                if (OpenBlock != step.Index) _outline.Add(step with { Text = "" });
                OpenBlock = step.Index;
                _text.Append(step.Text);
                break;
            case ChatEventKind.Reasoning:
                if (_outline.Count == 0 || _outline[^1] is not { Kind: ChatEventKind.Reasoning } last || last.Index != step.Index) _outline.Add(step with { Text = "" });
                break;
            case ChatEventKind.ReasoningToken:
                _outline.Add(step);
                break;
            case ChatEventKind.BlockEnd:
                _outline.Add(step);
                OpenBlock = -1;
                break;
            case ChatEventKind.Usage or ChatEventKind.Logprobs or ChatEventKind.Annotations:
                break;
            default:
                Spoil();
                break;
        }
    }

    /// <summary>Something was said that cannot be gone on with.</summary>
    internal void Spoil()
    {
        _isSpoilt = true;
        _text.Clear();
        _outline.Clear();
    }

    /// <summary>Brings a writer to where the client is: it believes that it has written all this.</summary>
    internal void Replay(EventWriter writer)
    {
        var unsent = new ArrayBufferWriter<byte>(1024);
        foreach (var step in _outline) writer.Write(step, unsent);
    }
}
