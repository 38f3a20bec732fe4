namespace Tollgate.Model;

/// <summary>Fills the places of a catalogue URL.</summary>
internal static class Places
{
    internal static string Fill(string url, string? region, string? project, string? location)
    {
        if (!url.Contains('{', StringComparison.Ordinal)) return url;
        if (location is not null && url.Contains("{location}-aiplatform", StringComparison.Ordinal))
        {
            url = url.Replace("{location}-aiplatform.googleapis.com", VertexHost(location), StringComparison.Ordinal);
        }

        return url
            .Replace("{region}", region, StringComparison.Ordinal)
            .Replace("{project}", project, StringComparison.Ordinal)
            .Replace("{location}", location, StringComparison.Ordinal);
    }

    /// <summary>Vertex AI's host of a location: the global one and the two multi-regions have names of their own.</summary>
    private static string VertexHost(string location) => location switch
    {
        "global" => "aiplatform.googleapis.com",
        "us" or "eu" => $"aiplatform.{location}.rep.googleapis.com",
        _ => $"{location}-aiplatform.googleapis.com",
    };
}
