using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Reads the chunks of one answer (GenerateContentResponse), be they one or many.</summary>
internal sealed class AnswerReader(ChatRequest request)
{
    private const int MostCandidates = 128; // Gemini makes 8; what counts is that a mad provider cannot make this grow without end.
    private readonly List<CandidateReader> _candidates = [];
    private readonly CallIds _ids = new(request.Turns.Count);
    private readonly ToolNames _names = Names.For(request);
    private TokenUsage _usage;
    private ChatEvent? _traffic;
    private bool _isOver;
    private bool _isBlocked;
    private byte[] _lastUsage = [];
    private int _lastUsageLength;

    /// <summary>True once a chunk was read that told of the answer.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>True when every candidate that began has ended, or the prompt was blocked.</summary>
    public bool IsWhole => !_isOver && _candidates.Count > 0 && _candidates.TrueForAll(static c => c.IsFinished);

    /// <summary>True when there was a candidate, a block or an error.</summary>
    public bool SaidAnything => _isOver || _candidates.Count > 0;

    /// <summary>Reads a chunk, or an array of them as Gemini writes without <c>alt=sse</c>.</summary>
    public void Read(JsonElement json, ICollection<ChatEvent> events)
    {
        if (_isOver) return;
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in json.EnumerateArray()) Read(element, events);
        }
        else if (json.TryObject("error"u8, out var error))
        {
            _isOver = true;
            events.Add(ProviderError.From(error));
        }
        else if (json.ValueKind == JsonValueKind.Object)
        {
            ReadChunk(json, events);
        }
    }

    /// <summary>The provider failed in words that are not Gemini's.</summary>
    public void Fail(ChatEvent error, ICollection<ChatEvent> events)
    {
        if (_isOver) return;
        _isOver = true;
        events.Add(error);
    }

    /// <summary>Ends every candidate, then the answer.</summary>
    public void Complete(ICollection<ChatEvent> events)
    {
        if (_isOver) return;
        _isOver = true;
        foreach (var candidate in _candidates) candidate.Complete(_isBlocked, events);
        if (_traffic is { } traffic) events.Add(traffic);
        if (_usage.IsKnown) events.Add(new ChatEvent(ChatEventKind.Usage) { Usage = _usage });
        events.Add(new ChatEvent(ChatEventKind.End));
    }

    /// <summary>Reads a chunk that is nothing but more text. False: its usage is not as usual, and nothing was read.</summary>
    public bool TryRead(in TextChunk chunk, ICollection<ChatEvent> events)
    {
        if (_isOver) return true;
        if (chunk.Choice is < 0 or >= MostCandidates) return false;
        if (!chunk.Usage.IsEmpty && !chunk.Usage.SequenceEqual(_lastUsage.AsSpan(0, _lastUsageLength)))
        {
            var reader = new UsageReader(chunk.Usage);
            if (!reader.TryRead(out var usage)) return false;
            Remember(chunk.Usage);
            if (!reader.Traffic.IsEmpty && _traffic?.Json.Utf8.Span.SequenceEqual(reader.Traffic) != true) _traffic = ExtraReader.Traffic(reader.Traffic);
            if (usage.IsKnown && usage != _usage)
            {
                _usage = usage;
                events.Add(new ChatEvent(ChatEventKind.Usage) { Usage = usage });
            }
        }

        Candidate(chunk.Choice).ReadText(chunk.IsThought, chunk.Text, null, events);
        return true;
    }

    /// <summary>Chunks of an answer that was slow to come say the same again and again.</summary>
    private void Remember(ReadOnlySpan<byte> usage)
    {
        if (_lastUsage.Length < usage.Length) _lastUsage = new byte[usage.Length * 2];
        usage.CopyTo(_lastUsage);
        _lastUsageLength = usage.Length;
    }

    private void ReadChunk(JsonElement chunk, ICollection<ChatEvent> events)
    {
        _lastUsageLength = 0;
        var usage = chunk.TryObject("usageMetadata"u8, out var metadata) ? UsageOf(metadata) : default;
        var isNews = usage.IsKnown && usage != _usage;
        if (isNews) _usage = usage;
        _traffic = ExtraReader.Traffic(metadata) ?? _traffic;
        if (!IsStarted) Start(chunk, events);
        else if (isNews) events.Add(new ChatEvent(ChatEventKind.Usage) { Usage = usage });

        foreach (var candidate in chunk.Items("candidates"u8))
        {
            var index = candidate.Integer("index"u8) ?? 0; // Protobuf's JSON leaves 0 out.
            if (candidate.ValueKind == JsonValueKind.Object && index is >= 0 and < MostCandidates) Candidate((int)index).Read(candidate, events);
        }

        if (_candidates.Count == 0 && chunk.TryObject("promptFeedback"u8, out var feedback) && feedback.Text("blockReason"u8) is { } reason)
        {
            _isBlocked = true;
            Candidate(0).Block(reason);
        }
    }

    private static TokenUsage UsageOf(JsonElement metadata) =>
        new UsageReader(JsonMarshal.GetRawUtf8Value(metadata)).TryRead(out var usage) ? usage : Usage.From(metadata);

    private void Start(JsonElement chunk, ICollection<ChatEvent> events)
    {
        IsStarted = true;
        _ids.AnswerId = chunk.Text("responseId"u8);
        events.Add(new ChatEvent(ChatEventKind.Start)
        {
            Id = _ids.AnswerId,
            Name = chunk.Text("modelVersion"u8),
            Created = Seconds(chunk.Text("createTime"u8)),
            Usage = _usage.IsKnown ? _usage : null,
        });
    }

    private CandidateReader Candidate(int index)
    {
        var at = 0;
        while (at < _candidates.Count && _candidates[at].Choice < index) at++;
        if (at == _candidates.Count || _candidates[at].Choice != index) _candidates.Insert(at, new CandidateReader(index, _ids, _names));
        return _candidates[at];
    }

    private static long Seconds(string? time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at.ToUnixTimeSeconds() : 0;
}
