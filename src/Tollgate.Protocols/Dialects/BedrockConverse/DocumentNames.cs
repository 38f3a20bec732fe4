using System.Globalization;
using System.Text;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>
/// Names of documents as Converse takes them: at most 200 letters, digits, hyphens, brackets and single blanks, each name once.
/// </summary>
internal sealed class DocumentNames
{
    private const int Longest = 200;
    private const string Nameless = "document";

    private readonly HashSet<string> _given = new(StringComparer.Ordinal);

    /// <summary>The name of the next document.</summary>
    /// <param name="wanted">Its file name or title; null: any.</param>
    /// <param name="isKept">False when the name had to be changed.</param>
    public string Next(string? wanted, out bool isKept)
    {
        var clean = Clean(wanted ?? "");
        if (clean.Length == 0) clean = Nameless;
        var name = clean;
        for (var number = 2; !_given.Add(name); number++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $" ({number})");
            name = clean[..Math.Min(clean.Length, Longest - suffix.Length)].TrimEnd() + suffix;
        }

        isKept = string.IsNullOrEmpty(wanted) || name == wanted;
        return name;
    }

    private static string Clean(string wanted)
    {
        var clean = new StringBuilder(wanted.Length);
        foreach (var c in wanted)
        {
            if (clean.Length == Longest) break;
            if (!char.IsWhiteSpace(c)) clean.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '(' or ')' or '[' or ']' ? c : '-');
            else if (clean.Length > 0 && clean[^1] != ' ') clean.Append(' ');
        }

        return clean.ToString().TrimEnd();
    }
}
