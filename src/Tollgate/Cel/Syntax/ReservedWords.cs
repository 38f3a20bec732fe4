using System.Collections.Frozen;

namespace Tollgate.Cel.Syntax;

/// <summary>Words that may be fields but not names of their own.</summary>
internal static class ReservedWords
{
    private static readonly FrozenSet<string> Words = new[]
    {
        "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop",
        "namespace", "null", "package", "return", "true", "var", "void", "while",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool Contains(string word) => Words.Contains(word);
}
