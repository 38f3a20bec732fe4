using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Usage;

/// <summary>
/// Finds its way through JSON without validating it and without ever throwing: provider answers are relayed as they are, and
/// what is read here only feeds the accounts. Positions of -1 mean that the text ends or breaks off before that.
/// Keys are compared as raw bytes, since no provider escapes its own field names.
/// </summary>
internal static class JsonSkim
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> ScalarEnd = SearchValues.Create(",]} \t\r\n"u8);
    private const int MaxText = 512;

    /// <summary>Index of the first byte at or after <paramref name="at"/> that isn't white space.</summary>
    public static int Blanks(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
        return at;
    }

    /// <summary>Index behind the string that opens at <paramref name="at"/>.</summary>
    public static int StringEnd(ReadOnlySpan<byte> text, int at)
    {
        at++;
        while (true)
        {
            var offset = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (offset < 0) return -1;
            at += offset;
            if (text[at] == '"') return at + 1;
            at += 2;
            if (at > text.Length) return -1;
        }
    }

    /// <summary>Index behind the value that begins at <paramref name="at"/>.</summary>
    public static int ValueEnd(ReadOnlySpan<byte> text, int at)
    {
        if (at >= text.Length) return -1;
        if (text[at] == '"') return StringEnd(text, at);
        if (text[at] is (byte)'{' or (byte)'[') return ContainerEnd(text, at);
        var length = text[at..].IndexOfAny(ScalarEnd);
        return length <= 0 ? -1 : at + length;
    }

    /// <summary>Index of the value of the member whose quoted key ends before <paramref name="at"/>; -1 when no colon follows.</summary>
    public static int ValueStart(ReadOnlySpan<byte> text, int at)
    {
        at = Blanks(text, at);
        if (at >= text.Length || text[at] != ':') return -1;
        at = Blanks(text, at + 1);
        return at < text.Length ? at : -1;
    }

    /// <summary>True when what follows <paramref name="at"/> closes that many objects and arrays and nothing more: the text does not break off.</summary>
    public static bool Closes(ReadOnlySpan<byte> text, int at, int depth)
    {
        while (depth > 0)
        {
            var offset = text[at..].IndexOfAny(Structure);
            if (offset < 0) return false;
            at += offset;
            switch (text[at])
            {
                case (byte)'"':
                    at = StringEnd(text, at);
                    if (at < 0) return false;
                    continue;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                default:
                    depth--;
                    break;
            }

            at++;
        }

        return at == text.Length;
    }

    /// <summary>True for a value that is there and isn't <c>null</c>.</summary>
    public static bool IsSet(ReadOnlySpan<byte> value) => !value.IsEmpty && value[0] != 'n';

    /// <summary>True for an object, closed or not.</summary>
    public static bool IsObject(ReadOnlySpan<byte> value) => !value.IsEmpty && value[0] == '{';

    /// <summary>True for a string, an object or an array that holds anything.</summary>
    public static bool HoldsAnything(ReadOnlySpan<byte> value)
        => value.Length > 2 && (value[0] == '"' || (value[0] is (byte)'{' or (byte)'[' && Blanks(value, 1) < value.Length - 1));

    /// <summary>A count as whole number, also from <c>12.0</c> or <c>1.2e1</c>; null for anything else, negative ones included.</summary>
    public static long? Count(ReadOnlySpan<byte> value)
    {
        if (Utf8Parser.TryParse(value, out long whole, out var used) && used == value.Length) return whole >= 0 ? whole : null;
        return Number(value) is { } number and < 1e18 ? (long)number : null;
    }

    /// <summary>A number that isn't negative, or null.</summary>
    public static double? Number(ReadOnlySpan<byte> value)
        => Utf8Parser.TryParse(value, out double number, out var used) && used == value.Length && number >= 0 && double.IsFinite(number)
            ? number
            : null;

    /// <summary>An amount of money that isn't negative, to its last digit, or null.</summary>
    public static decimal? Amount(ReadOnlySpan<byte> value)
        => Utf8Parser.TryParse(value, out decimal amount, out var used, AmountFormat(value)) && used == value.Length && amount >= 0 ? amount : null;

    /// <summary>The text of a short, non-empty string value, else null. <paramref name="known"/> is given back if it is the same.</summary>
    public static string? Text(ReadOnlySpan<byte> value, string? known = null)
    {
        if (value.Length is < 3 or > MaxText || value[0] != '"') return null;
        var inner = value[1..^1];
        if (!inner.Contains((byte)'\\')) return known is not null && Ascii.Equals(inner, known) ? known : Encoding.UTF8.GetString(inner);
        try
        {
            var reader = new Utf8JsonReader(value);
            return reader.Read() ? reader.GetString() : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null; // a lone surrogate or a broken escape: no name that anybody could use
        }
    }

    private static char AmountFormat(ReadOnlySpan<byte> value) => value.IndexOfAny((byte)'e', (byte)'E') < 0 ? 'F' : 'E';

    private static int ContainerEnd(ReadOnlySpan<byte> text, int at) => BracketScan.TryFindEnd(text, at + 1, out var end) ? end : PlainContainerEnd(text, at);

    /// <summary>The same of texts that are short or odd.</summary>
    internal static int PlainContainerEnd(ReadOnlySpan<byte> text, int at)
    {
        var depth = 0;
        while (true)
        {
            var offset = text[at..].IndexOfAny(Structure);
            if (offset < 0) return -1;
            at += offset;
            switch (text[at])
            {
                case (byte)'"':
                    at = StringEnd(text, at);
                    if (at < 0) return -1;
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    at++;
                    break;
                default:
                    at++;
                    if (--depth == 0) return at;
                    break;
            }
        }
    }
}
