using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Tests.Json;

/// <summary>
/// What JsonHead must find, read the plain way: byte by byte, by recursive descent, with a list of names. Slow and easy to check against
/// RFC 8259.
/// </summary>
internal sealed class PlainJsonHead(byte[] text)
{
    private readonly List<string> _names = [];
    private int _at;
    private JsonFault _fault;

    private int Here => _at < text.Length ? text[_at] : -1;

    /// <summary>The first fault of the text, or none.</summary>
    public static JsonFault Read(byte[] text) => new PlainJsonHead(text).Whole();

    private JsonFault Whole()
    {
        if (text is [0xEF, 0xBB, 0xBF, ..]) _at = 3;
        Blanks();
        if (Here != '{')
        {
            if (Here < 0 || !"[\"-0123456789tfn".Contains((char)Here)) Fail(JsonExpectation.Value);
            else _fault = new JsonFault(JsonProblem.NotAnObject, _at, null);
            return _fault;
        }

        if (!Object(0)) return _fault;
        Blanks();
        if (Here >= 0) Fail(JsonExpectation.Nothing);
        else if (JsonPlace.FirstInvalidUtf8(text) is >= 0 and var invalid) _fault = new JsonFault(JsonProblem.InvalidUtf8, invalid, null);
        return _fault;
    }

    private bool Object(int depth)
    {
        if (depth == JsonHead.MaxDepth) return Fail(JsonProblem.TooDeep, _at);
        _at++;
        for (var count = 0; ; count++)
        {
            Blanks();
            if (Here == '}') return Step();
            if (count > 0 && !Take(',', JsonExpectation.CommaOrObjectEnd)) return false;
            Blanks();
            var start = _at;
            if (Here != '"') return Fail(count == 0 ? JsonExpectation.NameOrEnd : JsonExpectation.Name);
            if (!String() || (depth == 0 && !IsNew(start))) return false;
            Blanks();
            if (!Take(':', JsonExpectation.Colon) || !Value(depth + 1)) return false;
        }
    }

    private bool Array(int depth)
    {
        if (depth == JsonHead.MaxDepth) return Fail(JsonProblem.TooDeep, _at);
        _at++;
        for (var count = 0; ; count++)
        {
            Blanks();
            if (Here == ']') return Step();
            if (count > 0 && !Take(',', JsonExpectation.CommaOrArrayEnd)) return false;
            if (!Value(depth + 1)) return false;
        }
    }

    private bool Value(int depth)
    {
        Blanks();
        return Here switch
        {
            '{' => Object(depth),
            '[' => Array(depth),
            '"' => String(),
            't' => Literal("true"u8),
            'f' => Literal("false"u8),
            'n' => Literal("null"u8),
            '-' or (>= '0' and <= '9') => Number(),
            _ => Fail(JsonExpectation.Value),
        };
    }

    private bool String()
    {
        for (_at++; Here != '"'; _at++)
        {
            if (Here < 0) return Fail(JsonExpectation.ClosingQuote);
            if (Here < 0x20) return Fail(JsonExpectation.NoControlCharacter);
            if (Here == '\\' && !Escape()) return false;
        }

        return Step();
    }

    private bool Escape()
    {
        _at++;
        if (Here < 0 || !"\"\\/bfnrtu".Contains((char)Here)) return Fail(JsonExpectation.Escape);
        for (var left = Here == 'u' ? 4 : 0; left > 0; left--)
        {
            _at++;
            if (Here < 0 || !char.IsAsciiHexDigit((char)Here)) return Fail(JsonExpectation.HexDigit);
        }

        return true;
    }

    private bool Number()
    {
        if (Here == '-') _at++;
        var isZero = Here == '0';
        if (isZero) _at++;
        if (isZero && Here is >= '0' and <= '9') return Fail(JsonExpectation.NoLeadingZero);
        if (!isZero && !Digits()) return false;
        if (Here == '.' && !(Step() && Digits())) return false;
        if (Here is not ('e' or 'E')) return true;
        _at++;
        if (Here is '+' or '-') _at++;
        return Digits();
    }

    private bool Digits()
    {
        if (Here is not (>= '0' and <= '9')) return Fail(JsonExpectation.Digit);
        while (Here is >= '0' and <= '9') _at++;
        return true;
    }

    private bool Literal(ReadOnlySpan<byte> literal)
    {
        if (!text.AsSpan(_at).StartsWith(literal)) return Fail(JsonExpectation.Literal);
        _at += literal.Length;
        return true;
    }

    private bool IsNew(int start)
    {
        if (_names.Count == JsonHead.MaxMembers) return Fail(JsonProblem.TooManyMembers, start);
        var inner = text.AsSpan((start + 1)..(_at - 1));
        var unescaped = new byte[inner.Length];
        var name = Convert.ToHexString(unescaped, 0, JsonText.Unescape(inner, unescaped, out _));
        if (_names.Contains(name))
        {
            _fault = new JsonFault(JsonProblem.DuplicateName, start, JsonText.ToText(inner) ?? "");
            return false;
        }

        _names.Add(name);
        return true;
    }

    private void Blanks()
    {
        while (Here is ' ' or '\n' or '\r' or '\t') _at++;
    }

    private bool Take(char wanted, JsonExpectation expected) => Here == wanted ? Step() : Fail(expected);

    private bool Step()
    {
        _at++;
        return true;
    }

    private bool Fail(JsonExpectation expected)
    {
        _fault = new JsonFault(JsonProblem.Malformed, _at, null) { Expected = expected };
        return false;
    }

    private bool Fail(JsonProblem problem, int offset)
    {
        _fault = new JsonFault(problem, offset, null);
        return false;
    }
}
