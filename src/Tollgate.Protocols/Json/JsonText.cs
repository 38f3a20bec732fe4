using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tollgate.Protocols.Json;

/// <summary>Turns the inside of a JSON string, already found valid, into the UTF-8 that it means.</summary>
internal static class JsonText
{
    /// <summary>
    /// Unescapes into <paramref name="destination"/>, which needs no more room than the source takes: no escape is shorter
    /// than what it stands for. A surrogate without its partner is written as its three-byte form, which is not UTF-8 but
    /// keeps different names different, and reported.
    /// </summary>
    /// <returns>Bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> inner, Span<byte> destination, out bool loneSurrogate)
    {
        loneSurrogate = false;
        var written = 0;
        while (true)
        {
            var plain = inner.IndexOf((byte)'\\');
            if (plain < 0)
            {
                inner.CopyTo(destination[written..]);
                return written + inner.Length;
            }

            inner[..plain].CopyTo(destination[written..]);
            written += plain;
            inner = inner[plain..];
            if (inner[1] == 'u')
            {
                written += UnescapeUnicode(ref inner, destination[written..], ref loneSurrogate);
                continue;
            }

            destination[written++] = Short(inner[1]);
            inner = inner[2..];
        }
    }

    /// <summary>The text of the inside of a JSON string; null when it holds a lone surrogate.</summary>
    public static string? ToText(ReadOnlySpan<byte> inner)
    {
        if (!inner.Contains((byte)'\\')) return Encoding.UTF8.GetString(inner);
        var scratch = ArrayPool<byte>.Shared.Rent(inner.Length);
        var length = Unescape(inner, scratch, out var loneSurrogate);
        var text = loneSurrogate ? null : Encoding.UTF8.GetString(scratch, 0, length);
        ArrayPool<byte>.Shared.Return(scratch);
        return text;
    }

    private static byte Short(byte escape) => escape switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => escape,
    };

    private static int UnescapeUnicode(ref ReadOnlySpan<byte> inner, Span<byte> destination, ref bool loneSurrogate)
    {
        var unit = Unit(inner);
        inner = inner[6..];
        if (Rune.TryCreate(unit, out var rune)) return rune.EncodeToUtf8(destination);
        if (inner.StartsWith("\\u"u8) && Rune.TryCreate(unit, Unit(inner), out rune))
        {
            inner = inner[6..];
            return rune.EncodeToUtf8(destination);
        }

        loneSurrogate = true;
        destination[0] = (byte)(0xE0 | (unit >> 12));
        destination[1] = (byte)(0x80 | ((unit >> 6) & 0x3F));
        destination[2] = (byte)(0x80 | (unit & 0x3F));
        return 3;
    }

    /// <summary>The code unit of the <c>\uXXXX</c> that the text begins with.</summary>
    private static char Unit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
