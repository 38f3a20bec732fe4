using Tollgate.Cel.Values;

namespace Tollgate.Cel.Syntax;

internal enum TokenKind
{
    End,

    /// <summary>An identifier or a reserved word.</summary>
    Name,

    /// <summary>A field between backticks.</summary>
    QuotedName,

    /// <summary>An operator or punctuation.</summary>
    Symbol,

    /// <summary>A number, text or bytes.</summary>
    Literal,

    /// <summary>9223372036854775808, which only makes sense behind a minus.</summary>
    MinInt,

    /// <summary>What cannot be read; the text says why.</summary>
    Bad,
}

/// <summary>A word of an expression.</summary>
internal readonly record struct Token(TokenKind Kind, int Offset, string Text, CelValue Value = default)
{
    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;
}
