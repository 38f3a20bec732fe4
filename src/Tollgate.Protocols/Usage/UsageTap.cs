using System.Buffers;
using Tollgate.Protocols.Framing;

namespace Tollgate.Protocols.Usage;

/// <summary>
/// Reads along while an answer is relayed, and keeps what accounting needs. Never changes or refuses anything, never throws for
/// what a provider sent, and allocates nothing for a frame that only holds content. Not thread-safe; meant to be pooled.
/// </summary>
public abstract class UsageTap
{
    private TokenUsage _usage;
    private string? _lastModel;
    private long _pieces;
    private long _contentBytes;
    private string? _lastReason;

    private protected UsageTap()
    {
    }

    /// <summary>What was consumed, as far as the provider has said.</summary>
    public ref readonly TokenUsage Usage => ref _usage;

    /// <summary>The model that the provider says it ran.</summary>
    public string? ResponseModel { get; private set; }

    /// <summary>The provider's id of the answer.</summary>
    public string? ResponseId { get; private set; }

    /// <summary>Why the answer ended, in the provider's own word, such as <c>stop</c> or <c>end_turn</c>. Of unary answers only when <see cref="WantsReason"/> is set.</summary>
    public string? FinishReason { get; private set; }

    /// <summary>True: <see cref="FinishReason"/> is worth a search in a unary answer.</summary>
    public bool WantsReason { get; set; }

    /// <summary>A frame with content was seen.</summary>
    public bool SawContent { get; private protected set; }

    /// <summary>In a stream, the provider said why it stopped (<c>finish_reason</c>, <c>stop_reason</c>, a final response event).</summary>
    public bool SawFinish { get; private protected set; }

    /// <summary>The last frame of the stream was seen, or a unary answer was read.</summary>
    public bool SawEnd { get; private protected set; }

    /// <summary>The provider reported an error within a successful answer.</summary>
    public bool SawError { get; private protected set; }

    /// <summary>
    /// Tokens of the content seen so far, as far as its size tells: one for every four bytes of text, and at least one for every frame that
    /// held some. What is billed when a stream breaks off before the provider has said what it used.
    /// </summary>
    public long EstimatedOutput => Math.Max(_pieces, (_contentBytes + 3) / 4);

    private protected ref TokenUsage Tally => ref _usage;

    /// <summary>A tap for the answers of that operation, as its client format shapes them.</summary>
    public static UsageTap Create(Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        if (operation == Operations.Chat) return new ChatTap(legacy: false);
        if (operation == Operations.Completions) return new ChatTap(legacy: true);
        if (operation == Operations.Responses) return new ResponsesTap();
        if (operation == Operations.Messages) return new MessagesTap();
        if (operation == Operations.CountTokens || operation == Operations.ResponsesInputTokens || operation == Operations.Tokenize) return new CountTokensTap();
        if (operation == Operations.Embeddings || operation == Operations.Moderations) return new EmbeddingsTap();
        if (operation == Operations.Rerank) return new RerankTap();
        if (operation == Operations.ImageGenerations || operation == Operations.ImageEdits || operation == Operations.ImageVariations)
        {
            return new ImagesTap();
        }

        return operation == Operations.Speech || operation == Operations.Transcriptions || operation == Operations.Translations
            ? new AudioTap()
            : new PassTap();
    }

    /// <summary>Takes note of one frame of a streamed answer.</summary>
    public FrameKind OnFrame(in SseFrame frame)
    {
        var kind = frame.IsMultiline ? ReadJoined(frame) : Read(frame.Event, frame.Data);
        if (kind == FrameKind.Content) SawContent = true;
        else if (kind == FrameKind.End) SawEnd = true;
        else if (kind == FrameKind.Error) SawError = true;
        return kind;
    }

    /// <summary>Takes note of a unary answer.</summary>
    public void OnBody(in UnaryWindow body)
    {
        ArgumentNullException.ThrowIfNull(body);
        SawEnd = true;
        Read(body);
    }

    /// <summary>Forgets everything, for the next answer.</summary>
    public virtual void Reset()
    {
        _usage = default;
        _lastModel = ResponseModel ?? _lastModel;
        _lastReason = FinishReason ?? _lastReason;
        ResponseModel = null;
        FinishReason = null;
        WantsReason = false;
        ResponseId = null;
        SawContent = SawFinish = SawEnd = SawError = false;
        _pieces = _contentBytes = 0;
    }

    private protected abstract FrameKind Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data);

    private protected abstract void Read(UnaryWindow body);

    /// <summary>Counts content, for <see cref="EstimatedOutput"/>.</summary>
    private protected void Measure(int bytes)
    {
        _pieces++;
        _contentBytes += Math.Max(0, bytes);
    }

    /// <summary>Keeps id, model or service tier from a member of that name; the first id and model that aren't empty count. Gives false for other members.</summary>
    private protected bool TakeName(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("id"u8))
        {
            ResponseId ??= JsonSkim.Text(value);
            return true;
        }

        if (name.SequenceEqual("service_tier"u8))
        {
            _usage.ServiceTier = ServiceTiers.Read(value) ?? _usage.ServiceTier;
            return true;
        }

        if (!name.SequenceEqual("model"u8)) return false;

        // Few models answer very many requests: a pooled tap hands out the string it made before.
        ResponseModel ??= JsonSkim.Text(value, _lastModel);
        return true;
    }

    /// <summary>Takes note of a finish or stop reason; null and empty ones say that the answer goes on.</summary>
    private protected void TakeReason(ReadOnlySpan<byte> value)
    {
        if (!JsonSkim.HoldsAnything(value)) return;
        SawFinish = true;
        FinishReason ??= JsonSkim.Text(value, _lastReason);
    }

    /// <summary>
    /// Reads a unary answer of OpenAI's from its head, and what isn't there from its tail: usage unless the answer is short, and
    /// names that stand behind long data.
    /// </summary>
    private protected void ReadOpenAIBody(UnaryWindow body)
    {
        var head = new JsonMembers(body.Head);
        while (head.Next())
        {
            if (TakeName(head.Name, head.Value)) continue;
            if (head.Name.SequenceEqual("usage"u8)) OpenAIUsage.Read(head.Value, ref _usage);
            else if (head.Name.SequenceEqual("error"u8)) SawError |= JsonSkim.IsSet(head.Value);
        }

        if (!_usage.IsKnown) OpenAIUsage.Read(JsonTail.Find(body.Tail, "\"usage\""u8), ref _usage);
        if (ResponseModel is null) TakeName("model"u8, JsonTail.Find(body.Tail, "\"model\""u8));
        if (ResponseId is null) TakeName("id"u8, JsonTail.Find(body.Tail, "\"id\""u8));
        if (_usage.ServiceTier is null && !body.IsWhole) TakeName("service_tier"u8, JsonTail.Find(body.Tail, "\"service_tier\""u8));
        if (WantsReason) TakeReason(JsonTail.FindAny(body.Tail, "\"finish_reason\""u8));
    }

    private FrameKind ReadJoined(in SseFrame frame)
    {
        var joined = new ArrayBufferWriter<byte>(frame.Raw.Length);
        frame.CopyData(joined);
        return Read(frame.Event, joined.WrittenSpan);
    }
}
