using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>Thoughts in a stream: one part of a summary, then the token with the whole item.</summary>
internal sealed class ReasoningItem : OpenItem
{
    private readonly EventFrames _frames;
    private readonly AnswerItems _items;
    private readonly string _id;
    private readonly StringBuilder _text = new();

    /// <summary>Announces it.</summary>
    public ReasoningItem(EventFrames frames, AnswerItems items, int block)
    {
        (_frames, _items, Block) = (frames, items, block);
        _id = items.IdOf("rs");
        ItemWriter.WriteReasoning(frames.ItemAdded(items.Count), _id, null, null);
        frames.End();
    }

    /// <summary>The block of the answer that it is.</summary>
    public int Block { get; }

    /// <summary>What must come back with it, as it is written; null when there is nothing.</summary>
    public string? Encrypted { get; set; }

    public void Append(string text)
    {
        if (text.Length == 0) return;
        if (_text.Length == 0) WritePart("response.reasoning_summary_part.added"u8, "");
        _text.Append(text);
        Begin("response.reasoning_summary_text.delta"u8).WriteText("delta"u8, text);
        _frames.End();
    }

    public override void Close(bool isCut)
    {
        var text = _text.ToString();
        if (text.Length > 0)
        {
            Begin("response.reasoning_summary_text.done"u8).WriteText("text"u8, text);
            _frames.End();
            WritePart("response.reasoning_summary_part.done"u8, text);
        }

        _frames.ItemDone(_items.Count, _items.AddReasoning(text, Encrypted));
    }

    private void WritePart(ReadOnlySpan<byte> type, string text)
    {
        var json = Begin(type);
        json.WritePropertyName("part"u8);
        ItemWriter.WriteSummary(json, text);
        _frames.End();
    }

    private Utf8JsonWriter Begin(ReadOnlySpan<byte> type)
    {
        var json = _frames.Begin(type, _id, _items.Count);
        json.WriteNumber("summary_index"u8, 0);
        return json;
    }
}
