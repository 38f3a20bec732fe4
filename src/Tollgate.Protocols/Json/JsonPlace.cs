using System.Text;

namespace Tollgate.Protocols.Json;

/// <summary>What JSON's grammar allows at a place.</summary>
internal enum JsonExpectation
{
    Value,
    Name,
    NameOrEnd,
    Colon,
    CommaOrObjectEnd,
    CommaOrArrayEnd,
    ClosingQuote,
    NoControlCharacter,
    Escape,
    HexDigit,
    Digit,
    NoLeadingZero,
    Literal,
    Nothing,
}

/// <summary>Says where a byte stands and what kind of byte it is, for people.</summary>
internal static class JsonPlace
{
    public static string InWords(this JsonExpectation expected) => expected switch
    {
        JsonExpectation.Value => "a value",
        JsonExpectation.Name => "a member name in double quotes",
        JsonExpectation.NameOrEnd => "a member name in double quotes or '}'",
        JsonExpectation.Colon => "':' after a member name",
        JsonExpectation.CommaOrObjectEnd => "',' or '}' after a member",
        JsonExpectation.CommaOrArrayEnd => "',' or ']' after an element",
        JsonExpectation.ClosingQuote => "a string's closing quote",
        JsonExpectation.NoControlCharacter => "control characters in strings to be escaped",
        JsonExpectation.Escape => "one of \" \\ / b f n r t u after a backslash",
        JsonExpectation.HexDigit => "four hexadecimal digits after \\u",
        JsonExpectation.Digit => "a digit of a number",
        JsonExpectation.NoLeadingZero => "a number without a leading zero",
        JsonExpectation.Literal => "true, false or null",
        _ => "nothing more after the object",
    };

    /// <summary>Line and column from 1; columns count characters, not bytes.</summary>
    public static string Of(ReadOnlySpan<byte> body, int offset)
    {
        var before = body[..Math.Min(offset, body.Length)];
        var line = before.Count((byte)'\n') + 1;
        var column = 1;
        foreach (var b in before[(before.LastIndexOf((byte)'\n') + 1)..])
        {
            if ((b & 0xC0) != 0x80) column++;
        }

        return $"line {line}, column {column}";
    }

    /// <summary>The kind of what stands there: only punctuation is quoted, because anything else can be part of a value.</summary>
    public static string Found(ReadOnlySpan<byte> body, int offset)
    {
        if (offset >= body.Length) return "the end of the body";
        var b = body[offset];
        return b switch
        {
            (byte)'{' => "an object",
            (byte)'[' => "an array",
            (byte)'"' => "a string",
            (byte)'}' or (byte)']' or (byte)',' or (byte)':' or (byte)'\'' or (byte)'/' or (byte)'\\' => $"'{(char)b}'",
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => "a number",
            (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') => "a letter",
            (byte)'\n' or (byte)'\r' => "a line break",
            (byte)'\t' => "a tab",
            < 0x20 or 0x7F => "a control character",
            >= 0x80 => "a character outside ASCII",
            _ => "punctuation",
        };
    }

    /// <summary>Offset of the first byte that is not part of well-formed UTF-8, or -1.</summary>
    public static int FirstInvalidUtf8(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            if (Rune.DecodeFromUtf8(bytes[at..], out _, out var read) != System.Buffers.OperationStatus.Done) return at;
            at += read;
        }

        return -1;
    }
}
