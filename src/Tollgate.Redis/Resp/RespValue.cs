using System.Globalization;
using System.Text;

namespace Tollgate.Redis.Resp;

/// <summary>A value that Redis has sent.</summary>
internal readonly struct RespValue
{
    private readonly object? _content;

    private RespValue(RespType type, long integer, object? content) => (Type, Integer, _content) = (type, integer, content);

    internal static RespValue Null => default;

    /// <summary>What kind it is.</summary>
    internal RespType Type { get; }

    /// <summary>Of integers and booleans; 0 for all others.</summary>
    internal long Integer { get; }

    /// <summary>True for an error reply.</summary>
    internal bool IsError => Type == RespType.Error;

    /// <summary>Bytes of a text; empty for what is none.</summary>
    internal ReadOnlySpan<byte> Bytes => _content as byte[];

    /// <summary>Items of an aggregate, of a map names and values by turns; empty for what is none.</summary>
    internal ReadOnlySpan<RespValue> Items => _content as RespValue[];

    internal static RespValue Of(RespType type, byte[] text) => new(type, 0, text);

    internal static RespValue Of(RespType type, RespValue[] items) => new(type, 0, items);

    internal static RespValue OfInteger(long value) => new(RespType.Integer, value, null);

    internal static RespValue OfBoolean(bool value) => new(RespType.Boolean, value ? 1 : 0, null);

    /// <summary>True for an error reply that begins with this word, such as <c>NOSCRIPT</c>.</summary>
    internal bool IsErrorOf(ReadOnlySpan<byte> code) =>
        IsError && Bytes.StartsWith(code) && (Bytes.Length == code.Length || Bytes[code.Length] == (byte)' ');

    /// <summary>The value of a name in a map, or in an array that RESP2 sends in a map's place.</summary>
    internal RespValue Get(ReadOnlySpan<byte> name)
    {
        var items = Items;
        for (var i = 0; i + 1 < items.Length; i += 2)
        {
            if (items[i].Bytes.SequenceEqual(name)) return items[i + 1];
        }

        return Null;
    }

    /// <summary>A text as it is, a number in digits, an aggregate by its size: for messages.</summary>
    public override string ToString() => Type switch
    {
        RespType.Null => "null",
        RespType.Integer or RespType.Boolean => Integer.ToString(CultureInfo.InvariantCulture),
        _ when _content is RespValue[] items => string.Create(CultureInfo.InvariantCulture, $"{Type} of {items.Length}"),
        _ => Encoding.UTF8.GetString(Bytes),
    };
}
