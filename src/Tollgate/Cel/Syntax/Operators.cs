namespace Tollgate.Cel.Syntax;

/// <summary>Names of the operators as functions, as the specification writes them.</summary>
internal static class Operators
{
    public const string Conditional = "_?_:_";
    public const string Or = "_||_";
    public const string And = "_&&_";
    public const string Not = "!_";
    public const string Negate = "-_";
    public const string Index = "_[_]";
    public const string In = "@in";

    /// <summary>How tightly a binary operator binds; 0 when it is none. Chains of equal strength lean to the left.</summary>
    public static (int Strength, string Name) Binary(TokenKind kind, string text) => kind switch
    {
        TokenKind.Symbol => text switch
        {
            "<" or "<=" or ">" or ">=" or "==" or "!=" => (1, $"_{text}_"),
            "+" or "-" => (2, $"_{text}_"),
            "*" or "/" or "%" => (3, $"_{text}_"),
            _ => (0, ""),
        },
        TokenKind.Name when text == "in" => (1, In),
        _ => (0, ""),
    };
}
