using System.Text.Json;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// Reads the chunk that nearly all of a stream are, without a document: one candidate with one part, which is text or a thought, and what was used so
/// far. Whatever says more, such as why it ends, is left to the reader of all chunks.
/// </summary>
internal ref struct TextChunk
{
    private Utf8JsonReader _reader;
    private ReadOnlySpan<byte> _json;
    private bool _hasCandidate;
    private bool _hasText;
    private bool _hasIndex;

    /// <summary>One whose parts are known.</summary>
    public TextChunk(int choice, string text, bool isThought, ReadOnlySpan<byte> usage)
    {
        (Choice, Text, IsThought) = (choice, text, isThought);
        Usage = usage;
        HasUsage = !usage.IsEmpty;
    }

    /// <summary>Number of the candidate.</summary>
    public int Choice { get; private set; }

    /// <summary>Of the one part.</summary>
    public string Text { get; private set; }

    /// <summary>True when the part is a thought.</summary>
    public bool IsThought { get; private set; }

    /// <summary><c>usageMetadata</c> as it was written; empty when there is none.</summary>
    public ReadOnlySpan<byte> Usage { get; private set; }

    public bool HasUsage { get; private set; }

    /// <summary>Where <see cref="Usage"/> begins in the chunk.</summary>
    public int UsageStart { get; private set; }

    /// <summary>Where the text begins in the chunk, behind its quote.</summary>
    public int TextStart { get; private set; }

    /// <summary>Where its closing quote is.</summary>
    public int TextEnd { get; private set; }

    /// <summary>False: it is another chunk, or none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out TextChunk chunk)
    {
        chunk = new TextChunk { _reader = new Utf8JsonReader(data, DeepJson.Reader), _json = data, Text = "" };
        try
        {
            return chunk.TryRead();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false; // not JSON, or a text that is no Unicode: the other reader says what becomes of it
        }
    }

    private bool TryRead()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject) return false;
        while (NextName())
        {
            if (_reader.ValueTextEquals("candidates"u8))
            {
                if (_hasCandidate || !TryReadCandidates()) return false;
                _hasCandidate = true;
            }
            else if (_reader.ValueTextEquals("usageMetadata"u8))
            {
                if (HasUsage || !TryReadUsage()) return false;
                HasUsage = true;
            }
            else if (!IsKnownText() || !_reader.Read() || _reader.TokenType != JsonTokenType.String)
            {
                return false;
            }
        }

        return _hasText && _reader.TokenType == JsonTokenType.EndObject && !_reader.Read();
    }

    /// <summary>What all chunks of an answer repeat, and the first has told.</summary>
    private bool IsKnownText() => _reader.ValueTextEquals("modelVersion"u8) || _reader.ValueTextEquals("responseId"u8) || _reader.ValueTextEquals("createTime"u8);

    /// <summary>An escaped name is for the other reader to judge.</summary>
    private bool NextName() => _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName && !_reader.ValueIsEscaped;

    private bool Begins(JsonTokenType container) => _reader.Read() && _reader.TokenType == container;

    private bool TryReadUsage()
    {
        if (!Begins(JsonTokenType.StartObject)) return false;
        UsageStart = (int)_reader.TokenStartIndex;
        _reader.Skip();
        Usage = _json[UsageStart..(int)_reader.BytesConsumed];
        return true;
    }

    private bool TryReadCandidates()
    {
        if (!Begins(JsonTokenType.StartArray) || !Begins(JsonTokenType.StartObject)) return false;
        while (NextName())
        {
            if (_reader.ValueTextEquals("content"u8))
            {
                if (_hasText || !TryReadContent()) return false;
                _hasText = true;
            }
            else
            {
                if (_hasIndex || !_reader.ValueTextEquals("index"u8) || !_reader.Read() || _reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt32(out var index)) return false;
                (Choice, _hasIndex) = (index, true);
            }
        }

        return _reader.TokenType == JsonTokenType.EndObject && Begins(JsonTokenType.EndArray);
    }

    private bool TryReadContent()
    {
        var hasParts = false;
        if (!Begins(JsonTokenType.StartObject)) return false;
        while (NextName())
        {
            if (_reader.ValueTextEquals("parts"u8))
            {
                if (hasParts || !TryReadPart()) return false;
                hasParts = true;
            }
            else if (!_reader.ValueTextEquals("role"u8) || !_reader.Read() || _reader.TokenType != JsonTokenType.String)
            {
                return false;
            }
        }

        return hasParts && _reader.TokenType == JsonTokenType.EndObject;
    }

    private bool TryReadPart()
    {
        var hasText = false;
        if (!Begins(JsonTokenType.StartArray) || !Begins(JsonTokenType.StartObject)) return false;
        while (NextName())
        {
            if (_reader.ValueTextEquals("text"u8))
            {
                if (hasText || !_reader.Read() || _reader.TokenType != JsonTokenType.String) return false;
                (Text, hasText) = (_reader.GetString()!, true);
                (TextStart, TextEnd) = ((int)_reader.TokenStartIndex + 1, (int)_reader.BytesConsumed - 1);
            }
            else
            {
                if (IsThought || !_reader.ValueTextEquals("thought"u8) || !_reader.Read() || _reader.TokenType != JsonTokenType.True) return false;
                IsThought = true;
            }
        }

        return hasText && _reader.TokenType == JsonTokenType.EndObject && Begins(JsonTokenType.EndArray);
    }
}
