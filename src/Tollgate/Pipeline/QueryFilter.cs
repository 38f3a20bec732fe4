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

    private static bool IsCredential(string pair)
    {
        var name = Uri.UnescapeDataString(pair.AsSpan(0, Math.Max(pair.IndexOf('=', StringComparison.Ordinal), 0)));
        return Credentials.Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}
