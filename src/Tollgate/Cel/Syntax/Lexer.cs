using Tollgate.Cel.Values;

namespace Tollgate.Cel.Syntax;

/// <summary>Cuts an expression into tokens (<see href="https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax"/>).</summary>
internal sealed class Lexer(string text)
{
    private static readonly string[] Symbols =
        ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ",", ".", "(", ")", "[", "]", "{", "}"];

    private int at;

    public Token Next()
    {
        SkipBlanks();
        if (at >= text.Length) return new Token(TokenKind.End, text.Length, "the end");

        var c = text[at];
        if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))) return Number();
        if (StringLiteral.StartsAt(text, at)) return Quoted();
        if (char.IsAsciiLetter(c) || c == '_') return Name();
        return c == '`' ? QuotedName() : Symbol();
    }

    private void SkipBlanks()
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' or '\n' or '\f' or '\r') at++;
            else if (text.AsSpan(at).StartsWith("//")) at = text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;
            else return;
        }
    }

    private Token Name()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_')) at++;
        return new Token(TokenKind.Name, start, text[start..at]);
    }

    private Token QuotedName()
    {
        var start = at;
        var end = text.IndexOf('`', start + 1);
        if (end <= start + 1) return Bad(start, "a field between backticks must have a name and end with a backtick");
        at = end + 1;
        return new Token(TokenKind.QuotedName, start, text[(start + 1)..end]);
    }

    private Token Symbol()
    {
        foreach (var symbol in Symbols)
        {
            if (!text.AsSpan(at).StartsWith(symbol)) continue;
            at += symbol.Length;
            return new Token(TokenKind.Symbol, at - symbol.Length, symbol);
        }

        return Bad(at, $"'{text[at]}' means nothing here");
    }

    private Token Number()
    {
        var start = at;
        var (value, length, problem) = NumberLiteral.Read(text.AsSpan(start));
        if (problem is not null) return Bad(start, problem);
        at += length;
        return value.Kind == CelKind.Unset
            ? new Token(TokenKind.MinInt, start, text[start..at])
            : new Token(TokenKind.Literal, start, text[start..at], value);
    }

    private Token Quoted()
    {
        var start = at;
        var literal = new StringLiteral(text, start);
        var value = literal.Read();
        if (value.IsError) return Bad(literal.End, value.Error.Message);
        at = literal.End;
        return new Token(TokenKind.Literal, start, text[start..at], value);
    }

    private static Token Bad(int offset, string problem) => new(TokenKind.Bad, offset, problem);
}
