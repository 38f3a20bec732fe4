namespace Tollgate.Pipeline;

/// <summary>Takes credentials out of a client's query: some send their key there.</summary>
internal static class QueryFilter
{
    private static readonly string[] Credentials = ["key", "api_key", "api-key", "access_token", "token"];

    /// <summary>With its question mark, or empty.</summary>
    internal static string Clean(string? query)
    {
        if (string.IsNullOrEmpty(query) || query.Length == 1) return "";
        var kept = query[1..].Split('&', StringSplitOptions.RemoveEmptyEntries).Where(p => !IsCredential(p)).ToArray();
        return kept.Length == 0 ? "" : "?" + string.Join('&', kept);
    }

    /// <summary>The name of <c>name=value</c> as the provider will read it: encoding hides nothing.</summary>
    internal static string NameOf(string pair)
    {
        var end = pair.IndexOf('=', StringComparison.Ordinal);
        return Uri.UnescapeDataString(end < 0 ? pair : pair.AsSpan(0, end));
    }

    private static bool IsCredential(string pair) => pair.Contains('=', StringComparison.Ordinal) && Credentials.Contains(NameOf(pair), StringComparer.OrdinalIgnoreCase);
}
