using System.Text.RegularExpressions;

namespace Tollgate.Configuration.Values;

/// <summary>Regular expressions of operators: matched in linear time, so that no text of a caller can keep the gateway busy.</summary>
internal static class PatternText
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>What is wrong with it, or null.</summary>
    public static string? Complaint(string pattern)
    {
        try
        {
            _ = Whole(pattern);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return $"this is no regular expression that can be matched in linear time: {e.Message.TrimEnd('.')}; look-arounds and back-references are not among them";
        }
    }

    /// <summary>Matches whole texts only.</summary>
    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    /// <exception cref="NotSupportedException">It cannot be matched in linear time.</exception>
    public static Regex Whole(string pattern) => new($@"\A(?:{pattern})\z", Options, TimeSpan.FromSeconds(1));
}
