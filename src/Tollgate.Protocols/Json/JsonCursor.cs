using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tollgate.Protocols.Json;

/// <summary>
/// Walks one JSON text and validates every byte by the grammar of RFC 8259. Strings, most of a request's bytes, are
/// searched with vectors; nothing is allocated. After a step fails, <see cref="Fault"/> says why.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct JsonCursor(ReadOnlySpan<byte> text, int position)
{
    /// <summary>What ends a run of plain characters in a string: a quote, a backslash or a control character.</summary>
    private static readonly SearchValues<byte> StringStops = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(static b => (byte)b), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> _text = text;
    private OpenKinds _open;
    private int _depth;
    private bool _fresh;

    /// <summary>Where it stands.</summary>
    public int Position { get; private set; } = position;

    /// <summary>Why the last step failed.</summary>
    public JsonFault Fault { get; private set; }

    private readonly bool InObject => (_open[(_depth - 1) >> 6] >> (_depth - 1) & 1) != 0;

    /// <summary>Skips white space; the byte it then stands on, or -1 at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next()
    {
        var at = Position;
        while ((uint)at < (uint)_text.Length)
        {
            var b = _text[at];
            if (b > 0x20 || !IsWhiteSpace(b))
            {
                Position = at;
                return b;
            }

            at++;
        }

        Position = at;
        return -1;
    }

    /// <summary>Steps over the byte it stands on.</summary>
    public void Step() => Position++;

    /// <summary>Stands on a container's opening bracket: goes in.</summary>
    public bool Open()
    {
        if (_depth == JsonHead.MaxDepth) return Fail(JsonProblem.TooDeep, Position, default);
        ref var word = ref _open[_depth >> 6];
        var bit = 1UL << _depth;
        word = _text[Position] == '{' ? word | bit : word & ~bit;
        _depth++;
        _fresh = true;
        Position++;
        return true;
    }

    /// <summary>Skips a whole value, whatever it is, and the white space before it.</summary>
    public bool SkipValue()
    {
        var outer = _depth;
        if (!StepValue(Next())) return false;
        while (_depth > outer)
        {
            if (!(InObject ? StepObject() : StepArray())) return false;
        }

        return true;
    }

    /// <summary>Stands on an opening quote: goes behind the closing one.</summary>
    public bool SkipString()
    {
        var at = Position + 1;
        while (true)
        {
            var stop = _text[at..].IndexOfAny(StringStops);
            if (stop < 0) return Fail(_text.Length, JsonExpectation.ClosingQuote);
            at += stop;
            if (_text[at] == '"')
            {
                Position = at + 1;
                return true;
            }

            if (_text[at] != '\\') return Fail(at, JsonExpectation.NoControlCharacter);
            if (!SkipEscape(ref at)) return false;
        }
    }

    /// <summary>Records that the grammar wants something else at <see cref="Position"/>.</summary>
    public bool Fail(JsonExpectation expected) => Fail(JsonProblem.Malformed, Position, expected);

    private bool Fail(int offset, JsonExpectation expected) => Fail(JsonProblem.Malformed, offset, expected);

    private bool Fail(JsonProblem problem, int offset, JsonExpectation expected)
    {
        Fault = new JsonFault(problem, offset, null) { Expected = expected };
        return false;
    }

    private bool StepObject()
    {
        var b = Next();
        if (b == '}') return Close();
        if (!_fresh)
        {
            if (b != ',') return Fail(JsonExpectation.CommaOrObjectEnd);
            Position++;
            b = Next();
        }

        if (b != '"') return Fail(_fresh ? JsonExpectation.NameOrEnd : JsonExpectation.Name);
        if (!SkipString()) return false;
        if (Next() != ':') return Fail(JsonExpectation.Colon);
        Position++;
        return StepValue(Next());
    }

    private bool StepArray()
    {
        var b = Next();
        if (b == ']') return Close();
        if (!_fresh)
        {
            if (b != ',') return Fail(JsonExpectation.CommaOrArrayEnd);
            Position++;
            b = Next();
        }

        return StepValue(b);
    }

    private bool StepValue(int b)
    {
        if (b is '{' or '[') return Open();
        _fresh = false;
        return b switch
        {
            '"' => SkipString(),
            '-' or (>= '0' and <= '9') => SkipNumber(),
            't' => SkipLiteral("true"u8),
            'f' => SkipLiteral("false"u8),
            'n' => SkipLiteral("null"u8),
            _ => Fail(JsonExpectation.Value),
        };
    }

    private bool Close()
    {
        Position++;
        _depth--;
        _fresh = false;
        return true;
    }

    private bool SkipEscape(ref int at)
    {
        if (at + 1 >= _text.Length) return Fail(_text.Length, JsonExpectation.Escape);
        switch (_text[at + 1])
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                at += 2;
                return true;
            case (byte)'u':
                at += 2;
                for (var end = at + 4; at < end; at++)
                {
                    if (at >= _text.Length || !char.IsAsciiHexDigit((char)_text[at])) return Fail(at, JsonExpectation.HexDigit);
                }

                return true;
            default:
                return Fail(at + 1, JsonExpectation.Escape);
        }
    }

    private bool SkipNumber()
    {
        if (_text[Position] == '-') Position++;
        if (Position < _text.Length && _text[Position] == '0')
        {
            Position++;
            if (IsDigitHere) return Fail(JsonExpectation.NoLeadingZero);
        }
        else if (!SkipDigits())
        {
            return false;
        }

        if (Position < _text.Length && _text[Position] == '.')
        {
            Position++;
            if (!SkipDigits()) return false;
        }

        if (Position >= _text.Length || (_text[Position] | 0x20) != 'e') return true;
        Position++;
        if (Position < _text.Length && _text[Position] is (byte)'+' or (byte)'-') Position++;
        return SkipDigits();
    }

    private bool SkipDigits()
    {
        if (!IsDigitHere) return Fail(JsonExpectation.Digit);
        do Position++; while (IsDigitHere);
        return true;
    }

    private readonly bool IsDigitHere => (uint)Position < (uint)_text.Length && char.IsAsciiDigit((char)_text[Position]);

    private bool SkipLiteral(ReadOnlySpan<byte> literal)
    {
        if (!_text[Position..].StartsWith(literal)) return Fail(JsonExpectation.Literal);
        Position += literal.Length;
        return true;
    }

    private static bool IsWhiteSpace(byte b) => b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    /// <summary>One bit for each open container: set for an object, clear for an array.</summary>
    [InlineArray(JsonHead.MaxDepth / 64)]
    private struct OpenKinds
    {
        private ulong _first;
    }
}
