namespace Tollgate.Configuration.Values;

/// <summary>Base URLs: scheme, host, port and path, nothing that could hold a secret or confuse a path built on top.</summary>
internal static class UrlText
{
    /// <summary>The URL without a slash at its end, or null with what is wrong. Never quotes the URL: it may hold a password.</summary>
    public static Uri? Parse(string text, out string complaint)
    {
        complaint = "";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
        {
            complaint = "this is not a base URL: write it with its scheme, such as https://api.example.com/v1";
        }
        else if (url.UserInfo.Length > 0 || text.Contains('@', StringComparison.Ordinal))
        {
            complaint = "a URL must not hold a user or a password: remove it, and give the credential as key: or token:";
        }
        else if (text.Contains('#', StringComparison.Ordinal) || text.Contains('?', StringComparison.Ordinal))
        {
            complaint = "a base URL ends with its path: remove the ? or # and what follows it";
        }
        else if (text.Any(char.IsWhiteSpace))
        {
            complaint = "a URL must not hold blanks";
        }

        return complaint.Length == 0 ? new Uri(text.TrimEnd('/'), UriKind.Absolute) : null;
    }
}
