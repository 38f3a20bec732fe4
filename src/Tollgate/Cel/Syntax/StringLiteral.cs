using System.Buffers;
using System.Globalization;
using System.Text;
using Tollgate.Cel.Values;

namespace Tollgate.Cel.Syntax;

/// <summary>
/// Text and bytes between single or double quotes, or three of them; <c>r</c> in front takes backslashes as they are, <c>b</c> makes bytes.
/// </summary>
internal sealed class StringLiteral(string text, int start)
{
    private readonly ArrayBufferWriter<byte> utf8 = new();
    private bool isBytes;

    /// <summary>Behind the closing quote; after an error, where that is.</summary>
    public int End { get; private set; } = start;

    public static bool StartsAt(string text, int at)
    {
        if (text[at] is 'b' or 'B') at++;
        if (at < text.Length && text[at] is 'r' or 'R') at++;
        return at < text.Length && text[at] is '"' or '\'';
    }

    /// <summary>The value, or an error.</summary>
    public CelValue Read()
    {
        isBytes = text[End] is 'b' or 'B';
        if (isBytes) End++;
        var raw = text[End] is 'r' or 'R';
        if (raw) End++;
        var quote = text[End].ToString();
        if (text.AsSpan(End).StartsWith(quote + quote + quote)) quote += quote + quote;
        End += quote.Length;

        while (End < text.Length && !text.AsSpan(End).StartsWith(quote))
        {
            if (quote.Length == 1 && text[End] is '\n' or '\r') return CelValue.Fail("a line ends inside of quotes; use three quotes for text of several lines");
            if (text[End] != '\\' || raw) TakeCharacter();
            else if (Escape() is { } problem) return CelValue.Fail(problem);
        }

        if (End >= text.Length) return CelValue.Fail($"the closing {quote} is missing");
        End += quote.Length;
        return isBytes ? CelValue.Of(utf8.WrittenSpan.ToArray()) : CelValue.Of(Encoding.UTF8.GetString(utf8.WrittenSpan));
    }

    private void TakeCharacter()
    {
        Rune.DecodeFromUtf16(text.AsSpan(End), out var rune, out var length);
        End += length;
        Append(rune);
    }

    private string? Escape()
    {
        if (End + 1 >= text.Length) return "a backslash needs something behind it";
        var c = text[End + 1];
        var simple = c switch { 'a' => 7, 'b' => 8, 'f' => 12, 'n' => 10, 'r' => 13, 't' => 9, 'v' => 11, '\\' or '?' or '"' or '\'' or '`' => c, _ => -1 };
        if (simple >= 0)
        {
            End += 2;
            Append(new Rune(simple));
            return null;
        }

        return c switch
        {
            'x' or 'X' => Code(End + 2, 2, NumberStyles.AllowHexSpecifier),
            'u' when !isBytes => Code(End + 2, 4, NumberStyles.AllowHexSpecifier),
            'U' when !isBytes => Code(End + 2, 8, NumberStyles.AllowHexSpecifier),
            >= '0' and <= '3' => Code(End + 1, 3, NumberStyles.None),
            _ => $"\\{c} is no escape{(isBytes ? " in bytes" : "")}; for a backslash write two",
        };
    }

    private string? Code(int from, int digits, NumberStyles style)
    {
        if (from + digits > text.Length || !TryCode(text.AsSpan(from, digits), style, out var code)) return $"this escape needs {digits} digits";
        if (!isBytes && !Rune.IsValid(code)) return "this escape is no character of Unicode";
        End = from + digits;
        if (isBytes) utf8.Write([(byte)code]);
        else Append(new Rune(code));
        return null;
    }

    private static bool TryCode(ReadOnlySpan<char> digits, NumberStyles style, out int code)
    {
        code = 0;
        if (style != NumberStyles.None) return int.TryParse(digits, style, CultureInfo.InvariantCulture, out code);
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7') return false;
            code = (code * 8) + digit - '0';
        }

        return true;
    }

    private void Append(Rune rune)
    {
        var length = rune.EncodeToUtf8(utf8.GetSpan(4));
        utf8.Advance(length);
    }
}
