using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;
using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>A message of a stream: parts one after the other, of text or refusal.</summary>
internal sealed class MessageItem : OpenItem
{
    private readonly EventFrames _frames;
    private readonly AnswerItems _items;
    private readonly AnswerContext _context;
    private readonly string _id;
    private readonly List<(Part Part, RawJson Logprobs)> _content = [];
    private readonly StringBuilder _text = new();
    private readonly List<RawJson> _logprobs = [];
    private RawJson _annotations;
    private string? _held;
    private int? _block;
    private bool _isRefusal;

    /// <summary>Announces it.</summary>
    /// <param name="frames">Where it is told.</param>
    /// <param name="items">Where it goes when it is whole.</param>
    /// <param name="context">Of the answer. When log probabilities are asked for, a delta waits for its own, which are told with it.</param>
    public MessageItem(EventFrames frames, AnswerItems items, AnswerContext context)
    {
        (_frames, _items, _context) = (frames, items, context);
        _id = items.IdOf("msg");
        ItemWriter.WriteMessage(frames.ItemAdded(items.Count), _id, "in_progress"u8, []);
        frames.End();
    }

    /// <summary>More text, or refusal, of a block of the answer.</summary>
    public void Append(in ChatEvent step)
    {
        var isRefusal = step.Kind == ChatEventKind.Refusal;
        if (_block != step.Index || _isRefusal != isRefusal) Open(step.Index, isRefusal);
        var text = step.Text ?? "";
        if (text.Length == 0) return;
        _text.Append(text);
        if (isRefusal)
        {
            Begin("response.refusal.delta"u8).WriteText("delta"u8, text);
            _frames.End();
            return;
        }

        Release(default);
        _held = text;
        if (_context.Request.Logprobs != true) Release(default);
    }

    /// <summary>Log probabilities of what was said last.</summary>
    public void Take(RawJson logprobs)
    {
        if (_block is null || _isRefusal) return;
        _logprobs.Add(logprobs);
        Release(logprobs);
    }

    /// <summary>Annotations of the text that is open.</summary>
    public void Annotate(in ChatEvent step)
    {
        if (_block != step.Index || _isRefusal) Open(step.Index, isRefusal: false);
        Release(default);
        _annotations = Annotations.Translate(Said() with { Annotations = step.Json, AnnotationsDialect = step.Name }, _context.Log).Annotations;
        var number = 0;
        var elements = new JsonElements(_annotations.Utf8.Span);
        while (elements.Next())
        {
            var json = Begin("response.output_text.annotation.added"u8);
            json.WriteNumber("annotation_index"u8, number++);
            json.WriteRaw("annotation"u8, new RawJson(elements.Current.ToArray()));
            _frames.End();
        }
    }

    /// <summary>The part is whole.</summary>
    public void EndPart()
    {
        if (_block is null) return;
        Release(default);
        Part part = _isRefusal ? new RefusalPart(_text.ToString()) : Said();
        var logprobs = _logprobs.Count == 0 ? default : JoinedArrays.Of(_logprobs);
        var json = Begin(_isRefusal ? "response.refusal.done"u8 : "response.output_text.done"u8);
        json.WriteText(_isRefusal ? "refusal"u8 : "text"u8, _text.ToString());
        if (!_isRefusal) ItemWriter.WriteLogprobs(json, logprobs);
        _frames.End();
        WritePart("response.content_part.done"u8, part, logprobs);
        _content.Add((part, logprobs));
        _text.Clear();
        _logprobs.Clear();
        (_block, _annotations) = (null, default);
    }

    public override void Close(bool isCut)
    {
        EndPart();
        _frames.ItemDone(_items.Count, _items.AddMessage(isCut, _content));
    }

    private TextPart Said() => new(_text.ToString()) { Annotations = _annotations, AnnotationsDialect = OpenAIResponsesClient.DialectName };

    private void Open(int block, bool isRefusal)
    {
        EndPart();
        (_block, _isRefusal) = (block, isRefusal);
        WritePart("response.content_part.added"u8, isRefusal ? new RefusalPart("") : new TextPart(""), default);
    }

    private void WritePart(ReadOnlySpan<byte> type, Part part, RawJson logprobs)
    {
        var json = Begin(type);
        json.WritePropertyName("part"u8);
        ItemWriter.WritePart(json, part, logprobs);
        _frames.End();
    }

    private void Release(RawJson logprobs)
    {
        if (_held is not { } text) return;
        _held = null;
        var json = Begin("response.output_text.delta"u8);
        json.WriteText("delta"u8, text);
        ItemWriter.WriteLogprobs(json, logprobs);
        _frames.End();
    }

    private Utf8JsonWriter Begin(ReadOnlySpan<byte> type)
    {
        var json = _frames.Begin(type, _id, _items.Count);
        json.WriteNumber("content_index"u8, _content.Count);
        return json;
    }
}
