using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tollgate.Protocols.Json;

/// <summary>
/// Walks one JSON text and validates every byte by the grammar of RFC 8259. Strings, most of a request's bytes, are
/// searched in blocks; nothing is allocated. After a step fails, <see cref="Fault"/> says why.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct JsonCursor(ReadOnlySpan<byte> text, int position)
{
    /// <summary>What ends a run of plain characters in a string: a quote, a backslash or a control character.</summary>
    private static readonly SearchValues<byte> StringStops = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(static b => (byte)b), (byte)'"', (byte)'\\']);

    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \n\r\t"u8);

    private readonly ReadOnlySpan<byte> _text = text;
    private OpenKinds _open;
    private int _depth;
    private bool _fresh;
    private ulong _high;

    /// <summary>Where it stands.</summary>
    public int Position { get; private set; } = position;

    /// <summary>Why the last step failed.</summary>
    public JsonFault Fault { get; private set; }

    /// <summary>True when no string so far holds bytes outside ASCII; false when one may.</summary>
    public readonly bool IsAscii => _high == 0;

    private readonly bool InObject => (_open[(_depth - 1) >> 6] >> (_depth - 1) & 1) != 0;

    /// <summary>Skips white space; the byte it then stands on, or -1 at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next()
    {
        var at = Position;
        return (uint)at < (uint)_text.Length && _text[at] > 0x20 ? _text[at] : NextBehindWhiteSpace();
    }

    // One blank is usual where there is any; an indentation is worth a vector.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int NextBehindWhiteSpace()
    {
        var at = Position;
        if (at + 1 < _text.Length && _text[at] == ' ' && _text[at + 1] > 0x20)
        {
            Position = at + 1;
            return _text[at + 1];
        }

        var blanks = _text[at..].IndexOfAnyExcept(WhiteSpace);
        Position = blanks < 0 ? _text.Length : at + blanks;
        return blanks < 0 ? -1 : _text[Position];
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
        var end = StringScan.FindEnd(_text, Position + 1, ref _high);
        if (end < 0) return SkipStringByteByByte();
        Position = end;
        return true;
    }

    /// <summary>The same for what is not valid, to say where, and for short texts.</summary>
    private bool SkipStringByteByByte()
    {
        _high = ulong.MaxValue;
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
        var at = Position;
        if (_text[at] == '-') at++;
        if (At(at) == '0')
        {
            at++;
            if (IsDigitAt(at)) return Fail(at, JsonExpectation.NoLeadingZero);
        }
        else if (!SkipDigits(ref at))
        {
            return false;
        }

        if (At(at) == '.')
        {
            at++;
            if (!SkipDigits(ref at)) return false;
        }

        if ((At(at) | 0x20) == 'e')
        {
            at++;
            if (At(at) is '+' or '-') at++;
            if (!SkipDigits(ref at)) return false;
        }

        Position = at;
        return true;
    }

    private bool SkipDigits(ref int at)
    {
        var digits = DigitRun.Length(_text[at..]);
        at += digits;
        return digits > 0 || Fail(at, JsonExpectation.Digit);
    }

    private readonly int At(int at) => (uint)at < (uint)_text.Length ? _text[at] : -1;

    private readonly bool IsDigitAt(int at) => (uint)(At(at) - '0') <= 9;

    private bool SkipLiteral(ReadOnlySpan<byte> literal)
    {
        if (!_text[Position..].StartsWith(literal)) return Fail(JsonExpectation.Literal);
        Position += literal.Length;
        return true;
    }

    /// <summary>One bit for each open container: set for an object, clear for an array.</summary>
    [InlineArray(JsonHead.MaxDepth / 64)]
    private struct OpenKinds
    {
        private ulong _first;
    }
}
