using System.Text;

namespace Tollgate.Telemetry;

/// <summary>
/// How OpenTelemetry's names become Prometheus' names.
/// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
/// </summary>
internal static class PrometheusNames
{
    /// <summary>Family name: <c>gen_ai.server.request.duration</c> in <c>s</c> is <c>gen_ai_server_request_duration_seconds</c>.</summary>
    public static string Family(string name, string? unit, bool counter)
    {
        var family = Sanitised(name, colons: true);
        var suffix = UnitSuffix(unit);
        // A counter's unit stands before _total, so one that is there already is put back at the end.
        if (counter && family.EndsWith("_total", StringComparison.Ordinal)) family = family[..^"_total".Length];
        if (suffix.Length > 0 && !family.EndsWith("_" + suffix, StringComparison.Ordinal)) family += "_" + suffix;
        return counter ? family + "_total" : family;
    }

    /// <summary>Label name: <c>error.type</c> is <c>error_type</c>.</summary>
    public static string Label(string name) => Sanitised(name, colons: false);

    // Letters, digits and underscores; runs of anything else become one underscore; never a digit first.
    private static string Sanitised(string name, bool colons)
    {
        var text = new StringBuilder(name.Length + 1);
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) text.Append('_');
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c) || (colons && c == ':')) text.Append(c);
            else if (text.Length == 0 || text[^1] != '_') text.Append('_');
        }

        return text.ToString();
    }

    /// <summary>The unit as it ends a name; empty for what is counted without one.</summary>
    public static string UnitSuffix(string? unit) => unit switch
    {
        null or "" or "1" => "",
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "%" => "percent",
        // An annotation such as {token} says what is counted; it is no unit.
        ['{', .., '}'] => "",
        _ => Sanitised(unit, colons: false).Trim('_'),
    };
}
