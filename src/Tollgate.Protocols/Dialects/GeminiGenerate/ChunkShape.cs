using System.Text.Json;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// What the chunks of a stream repeat, to the byte, around their text and around their usage. A chunk of the same shape needs not be read again but
/// for these two; any other is left to the reader that knows no shape.
/// </summary>
internal sealed class ChunkShape
{
    private byte[] _bytes = [];
    private int _length;
    private int _textStart;
    private int _textEnd;
    private int _usageStart;
    private int _usageEnd;
    private int _choice;
    private bool _isThought;

    /// <summary>Remembers the shape of a chunk that was read, unless its usage stands before its text.</summary>
    public void Keep(ReadOnlySpan<byte> data, in TextChunk chunk)
    {
        _length = 0;
        var (usageStart, usageEnd) = chunk.HasUsage ? (chunk.UsageStart, chunk.UsageStart + chunk.Usage.Length) : (data.Length, data.Length);
        if (usageStart < chunk.TextEnd) return;
        if (_bytes.Length < data.Length) _bytes = new byte[data.Length * 2];
        data.CopyTo(_bytes);
        (_textStart, _textEnd, _usageStart, _usageEnd, _length) = (chunk.TextStart, chunk.TextEnd, usageStart, usageEnd, data.Length);
        (_choice, _isThought) = (chunk.Choice, chunk.IsThought);
    }

    /// <summary>False: it has another shape. That its usage is JSON is for the reader of usage to find.</summary>
    public bool TryRead(ReadOnlySpan<byte> data, out TextChunk chunk)
    {
        chunk = default;
        if (_length == 0 || !data.StartsWith(_bytes.AsSpan(0, _textStart))) return false;
        var high = 0UL;
        var behind = StringScan.FindEnd(data, _textStart, ref high);
        if (behind < 0) return false;

        var between = _bytes.AsSpan(_textEnd, _usageStart - _textEnd);
        var tail = _bytes.AsSpan(_usageEnd, _length - _usageEnd);
        var usageStart = behind - 1 + between.Length;
        var usageEnd = data.Length - tail.Length;
        if (usageEnd < usageStart || (usageEnd > usageStart) != (_usageEnd > _usageStart)) return false;
        if (!data[(behind - 1)..].StartsWith(between) || !data[usageEnd..].SequenceEqual(tail)) return false;
        if (TextOf(data[(_textStart - 1)..behind]) is not { } text) return false;
        chunk = new TextChunk(_choice, text, _isThought, data[usageStart..usageEnd]);
        return true;
    }

    /// <summary>Of a valid string with its quotes; null for one that is no Unicode.</summary>
    private static string? TextOf(ReadOnlySpan<byte> quoted)
    {
        var reader = new Utf8JsonReader(quoted);
        try
        {
            return reader.Read() ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
