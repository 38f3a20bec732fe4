using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tollgate.Protocols.Json;

/// <summary>
/// The text of a JSON string of which a reader has found the ends. Half a surrogate pair stays half, because providers split an emoji over
/// two deltas; what is no UTF-8 is replaced. Nothing but the text itself is allocated.
/// </summary>
internal static class LenientText
{
    private const int MostOnStack = 256;

    /// <param name="inner">What stands between the quotes, known to be valid JSON.</param>
    internal static string Of(ReadOnlySpan<byte> inner)
    {
        if (!inner.Contains((byte)'\\')) return Encoding.UTF8.GetString(inner);
        var rented = inner.Length > MostOnStack ? ArrayPool<char>.Shared.Rent(inner.Length) : null;
        var text = rented ?? stackalloc char[MostOnStack];
        var length = Unescape(text[..Encoding.UTF8.GetChars(inner, text)]);
        var whole = new string(text[..length]);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        return whole;
    }

    /// <summary>In place: an escape is longer than what it stands for.</summary>
    private static int Unescape(Span<char> text)
    {
        var to = 0;
        for (var from = 0; from < text.Length; from++)
        {
            var plain = text[from..].IndexOf('\\');
            if (plain < 0) plain = text.Length - from;
            text.Slice(from, plain).CopyTo(text[to..]);
            (to, from) = (to + plain, from + plain);
            if (from == text.Length) break;

            var escape = text[++from];
            if (escape == 'u')
            {
                text[to++] = (char)ushort.Parse(text.Slice(from + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                from += 4;
            }
            else
            {
                text[to++] = Short(escape);
            }
        }

        return to;
    }

    private static char Short(char escape) => escape switch
    {
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => escape,
    };
}
