using System.Globalization;
using Tollgate.Cel.Values;

namespace Tollgate.Cel.Syntax;

/// <summary>Numbers: <c>42</c>, <c>0x2A</c>, <c>42u</c>, <c>1.5</c>, <c>.5e-3</c>.</summary>
internal static class NumberLiteral
{
    private const ulong MinIntDigits = 1UL << 63;

    /// <summary>Value and length of the number at the start. A value that is unset: 2^63, which fits only behind a minus.</summary>
    public static (CelValue Value, int Length, string? Problem) Read(ReadOnlySpan<char> text)
    {
        var hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var length = hexadecimal ? 2 : 0;
        while (length < text.Length && (hexadecimal ? char.IsAsciiHexDigit(text[length]) : char.IsAsciiDigit(text[length]))) length++;
        if (!hexadecimal && FloatLength(text, length) is var full && full > length) return Float(text[..full]);

        var digits = hexadecimal ? text[2..length] : text[..length];
        var style = hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (!ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out var number)) return (default, 0, "this number needs more than 64 bits");
        if (length < text.Length && text[length] is 'u' or 'U') return End(text, CelValue.Of(number), length + 1);
        if (number == MinIntDigits) return End(text, default, length);
        return number > MinIntDigits
            ? (default, 0, "this number is larger than an int can be, 9223372036854775807; with a u behind it, it is a uint")
            : End(text, CelValue.Of((long)number), length);
    }

    private static (CelValue Value, int Length, string? Problem) Float(ReadOnlySpan<char> text) =>
        End(text, CelValue.Of(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)), text.Length);

    private static (CelValue Value, int Length, string? Problem) End(ReadOnlySpan<char> text, CelValue value, int length) =>
        length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] == '_')
            ? (default, 0, "a number must not run into a name")
            : (value, length, null);

    // A point counts only with a digit behind it: 1.size() is a call.
    private static int FloatLength(ReadOnlySpan<char> text, int end)
    {
        if (end + 1 < text.Length && text[end] == '.' && char.IsAsciiDigit(text[end + 1])) end = Digits(text, end + 1);
        if (end >= text.Length || text[end] is not ('e' or 'E')) return end;
        var exponent = end + 1;
        if (exponent < text.Length && text[exponent] is '+' or '-') exponent++;
        var last = Digits(text, exponent);
        return last > exponent ? last : end;
    }

    private static int Digits(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        return at;
    }
}
