using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Reads <c>usageMetadata</c> without a document, as <see cref="Usage"/> does with one: nearly every chunk of a stream has another.</summary>
internal ref struct UsageReader
{
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;
    private TokenUsage _usage;
    private long? _prompt;
    private long? _candidates;
    private long? _ofTools;

    /// <param name="json">What should be a JSON object.</param>
    public UsageReader(ReadOnlySpan<byte> json)
    {
        _json = json;
        _reader = new Utf8JsonReader(json, DeepJson.Reader);
    }

    /// <summary><c>trafficType</c> as it was written, with its quotes; empty when there is none.</summary>
    public ReadOnlySpan<byte> Traffic { get; private set; }

    /// <summary>False: something in it is not as Gemini writes it, and the other reader must say what it means.</summary>
    public bool TryRead(out TokenUsage usage)
    {
        try
        {
            return TryReadAll(out usage);
        }
        catch (JsonException)
        {
            usage = default;
            return false;
        }
    }

    private bool TryReadAll(out TokenUsage usage)
    {
        usage = default;
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject) return false;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueIsEscaped || !TryReadMember()) return false;
        }

        if (_reader.TokenType != JsonTokenType.EndObject || _reader.Read()) return false;
        usage = _usage with { Input = Sum(_prompt, _ofTools), Output = Sum(_candidates, _usage.Reasoning) };
        return true;
    }

    private bool TryReadMember()
    {
        if (_reader.ValueTextEquals("promptTokenCount"u8)) return TryCount(out _prompt);
        if (_reader.ValueTextEquals("candidatesTokenCount"u8)) return TryCount(out _candidates);
        if (_reader.ValueTextEquals("toolUsePromptTokenCount"u8)) return TryCount(out _ofTools);
        if (_reader.ValueTextEquals("thoughtsTokenCount"u8))
        {
            var isCount = TryCount(out var thoughts);
            _usage.Reasoning = thoughts;
            return isCount;
        }

        if (_reader.ValueTextEquals("cachedContentTokenCount"u8))
        {
            var isCount = TryCount(out var cached);
            _usage.CachedInput = cached;
            return isCount;
        }

        return TryReadWords();
    }

    private bool TryReadWords()
    {
        if (_reader.ValueTextEquals("promptTokensDetails"u8))
        {
            var isList = TryReadDetails(out var audio, out var image);
            (_usage.AudioInput, _usage.ImageInput) = (audio, image);
            return isList;
        }

        if (_reader.ValueTextEquals("candidatesTokensDetails"u8))
        {
            var isList = TryReadDetails(out var audio, out var image);
            (_usage.AudioOutput, _usage.ImageOutput) = (audio, image);
            return isList;
        }

        if (!_reader.ValueTextEquals("trafficType"u8)) return _reader.Read() && _reader.TrySkip();
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.String || _reader.ValueIsEscaped) return false;
        Traffic = _json.Slice((int)_reader.TokenStartIndex, _reader.ValueSpan.Length + 2);
        _usage.ServiceTier = _reader.ValueTextEquals("ON_DEMAND"u8) ? null : Usage.TierOf(Encoding.UTF8.GetString(_reader.ValueSpan));
        return true;
    }

    private bool TryCount(out long? count)
    {
        count = null;
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt64(out var number)) return false;
        count = number;
        return true;
    }

    /// <summary><c>[{"modality":"AUDIO","tokenCount":12}]</c>; of several with one modality the first counts.</summary>
    private bool TryReadDetails(out long? audio, out long? image)
    {
        (audio, image) = (null, null);
        var (hasAudio, hasImage) = (false, false);
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartArray) return false;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.StartObject)
        {
            if (!TryReadDetail(out var isAudio, out var isImage, out var count)) return false;
            if (isAudio && !hasAudio) (audio, hasAudio) = (count, true);
            if (isImage && !hasImage) (image, hasImage) = (count, true);
        }

        return _reader.TokenType == JsonTokenType.EndArray;
    }

    private bool TryReadDetail(out bool isAudio, out bool isImage, out long? count)
    {
        (isAudio, isImage, count) = (false, false, null);
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueIsEscaped) return false;
            if (_reader.ValueTextEquals("modality"u8))
            {
                if (!_reader.Read() || _reader.TokenType != JsonTokenType.String || _reader.ValueIsEscaped) return false;
                (isAudio, isImage) = (_reader.ValueTextEquals("AUDIO"u8), _reader.ValueTextEquals("IMAGE"u8));
            }
            else if (!_reader.ValueTextEquals("tokenCount"u8) || !TryCount(out count))
            {
                return false;
            }
        }

        return _reader.TokenType == JsonTokenType.EndObject;
    }

    private static long? Sum(long? one, long? other) => one is null ? other : one + (other ?? 0);
}
