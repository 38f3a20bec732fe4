using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Tollgate.Telemetry;

/// <summary>A text form of metrics.</summary>
public enum ExpositionFormat
{
    /// <summary>Prometheus' text format 0.0.4 (<see href="https://prometheus.io/docs/instrumenting/exposition_formats/"/>).</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0.0 (<see href="https://prometheus.io/docs/specs/om/open_metrics_spec/"/>).</summary>
    OpenMetrics,
}

/// <summary>Which form a scraper is given.</summary>
internal static class ExpositionFormats
{
    private const string OpenMetrics = "application/openmetrics-text";
    private const string Version = "1.0.0";

    internal static string ContentType(ExpositionFormat format) => format == ExpositionFormat.OpenMetrics ? PrometheusExporter.OpenMetricsContentType : PrometheusExporter.ContentType;

    /// <summary>OpenMetrics for whoever names that version and likes no plain text better; everybody else can read plain text.</summary>
    internal static ExpositionFormat Accepted(StringValues accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var types)) return ExpositionFormat.Prometheus;
        double open = 0, plain = 0;
        foreach (var type in types)
        {
            var quality = type.Quality ?? 1;
            if (type.MediaType.Equals(OpenMetrics, StringComparison.OrdinalIgnoreCase) && IsOurs(type)) open = Math.Max(open, quality);
            else if (type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase)) plain = Math.Max(plain, quality);
        }

        return open > 0 && open >= plain ? ExpositionFormat.OpenMetrics : ExpositionFormat.Prometheus;
    }

    private static bool IsOurs(MediaTypeHeaderValue type)
    {
        foreach (var parameter in type.Parameters)
        {
            if (parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase)) return HeaderUtilities.RemoveQuotes(parameter.Value).Equals(Version, StringComparison.Ordinal);
        }

        return true;
    }
}
