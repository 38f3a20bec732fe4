namespace Tollgate.Configuration.Values;

/// <summary>Names of hosts, and <c>*.</c> with a domain for all below it.</summary>
internal static class HostText
{
    /// <summary>True for at least two labels of letters, digits and hyphens, maybe with <c>*.</c> before them.</summary>
    public static bool IsPattern(string text)
    {
        var name = text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text;
        var labels = name.Split('.');
        return labels.Length > 1 && Array.TrueForAll(labels, label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
    }
}
