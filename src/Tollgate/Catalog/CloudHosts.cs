namespace Tollgate.Catalog;

/// <summary>Host names that a vendor composes from a location.</summary>
public static class CloudHosts
{
    /// <summary>
    /// Host of Vertex AI for a location: <c>global</c> has none in its name, the multi-regions <c>us</c> and <c>eu</c>
    /// have hosts of their own, every other location comes first.
    /// </summary>
    public static string VertexAI(string location)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        return location switch
        {
            "global" => "aiplatform.googleapis.com",
            "us" or "eu" => $"aiplatform.{location}.rep.googleapis.com",
            _ => $"{location}-aiplatform.googleapis.com",
        };
    }

    /// <summary>
    /// The catalogue's base URL with <c>{region}</c>, <c>{project}</c> and <c>{location}</c> filled in, or null when the
    /// kind has no URL or a value is missing.
    /// </summary>
    public static Uri? Expand(ProviderKind kind, string? region, string? project, string? location)
    {
        ArgumentNullException.ThrowIfNull(kind);
        if (kind.Url is not { } url) return null;

        if (location is not null) url = url.Replace("{location}-aiplatform.googleapis.com", VertexAI(location), StringComparison.Ordinal);
        url = Filled(url, "{region}", region);
        url = Filled(url, "{project}", project);
        url = Filled(url, "{location}", location);
        return url.Contains('{', StringComparison.Ordinal) ? null : new Uri(url, UriKind.Absolute);
    }

    private static string Filled(string url, string name, string? value) =>
        value is null ? url : url.Replace(name, Uri.EscapeDataString(value), StringComparison.Ordinal);
}
