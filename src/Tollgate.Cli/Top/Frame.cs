namespace Tollgate.Cli.Top;

/// <summary>What happened between two readings.</summary>
internal sealed class Frame
{
    private const string Duration = "gen_ai_server_request_duration_seconds";
    private const string FirstToken = "gen_ai_server_time_to_first_token_seconds";
    private const string Tokens = "gen_ai_client_token_usage_sum";
    private const string Cost = "tollgate_cost_total";
    private const string Requests = "tollgate_requests_total";

    private readonly Reading _before;
    private readonly Reading _now;
    private readonly double _seconds;

    internal Frame(Reading before, Reading now)
    {
        (_before, _now) = (before, now);
        _seconds = Math.Max(0.001, (now.At - before.At).TotalSeconds);
        Models = [.. Named(Duration + "_count", "gen_ai_original_model").Select(Model).OrderByDescending(m => m.RequestsPerSecond).ThenBy(m => m.Name, StringComparer.Ordinal)];
        Providers = [.. Named(Requests, "tollgate_provider").Union(now.Backends.Select(b => b.Provider), StringComparer.Ordinal).Select(Provider).OrderByDescending(p => p.RequestsPerSecond).ThenBy(p => p.Name, StringComparer.Ordinal)];
    }

    internal double RequestsPerSecond => Rate(Requests);

    internal double FailedPerSecond => Rate(Requests, IsFailed);

    internal double InputPerSecond => Rate(Tokens, s => s.Label("gen_ai_token_type") == "input");

    internal double OutputPerSecond => Rate(Tokens, s => s.Label("gen_ai_token_type") == "output");

    internal double DollarsPerSecond => Rate(Cost);

    /// <summary>US dollars since the gateway began.</summary>
    internal double Dollars => _now.Sum(Cost);

    internal int Active => (int)_now.Sum("tollgate_requests_active");

    internal int Generation => (int)_now.Sum("tollgate_config_generation");

    internal double? Median => Quantile(Duration, 0.5);

    internal double? NinetyFifth => Quantile(Duration, 0.95);

    internal IReadOnlyList<ModelLine> Models { get; }

    internal IReadOnlyList<ProviderLine> Providers { get; }

    internal IReadOnlyList<BackendReading> Backends => _now.Backends;

    /// <summary>The fullest first.</summary>
    internal IReadOnlyList<LimitReading> Limits => _now.Limits;

    private ModelLine Model(string name)
    {
        bool Fits(Sample s) => s.Label("gen_ai_original_model") == name;
        var requests = Rate(Duration + "_count", Fits);
        return new ModelLine(
            name,
            requests,
            Rate(Duration + "_count", s => Fits(s) && s.Label("error_type").Length > 0),
            Quantile(Duration, 0.5, Fits),
            Quantile(Duration, 0.95, Fits),
            Quantile(FirstToken, 0.5, Fits),
            Rate(Tokens, s => Fits(s) && s.Label("gen_ai_token_type") == "input"),
            Rate(Tokens, s => Fits(s) && s.Label("gen_ai_token_type") == "output"));
    }

    private ProviderLine Provider(string name)
    {
        bool Fits(Sample s) => s.Label("tollgate_provider") == name;
        var backends = _now.Backends.Where(b => b.Provider == name).ToArray();
        return new ProviderLine(
            name,
            Rate(Requests, Fits),
            Rate(Requests, s => Fits(s) && IsFailed(s)),
            Rate(Cost, Fits),
            backends.Sum(b => b.InFlight),
            (int)_now.Sum("tollgate_provider_queued", Fits),
            backends.Count(b => b.State == "ok"),
            backends.Length);
    }

    private IEnumerable<string> Named(string metric, string label) =>
        _now.Samples.Where(s => s.Name == metric && s.Label(label) is { Length: > 0 } and not "_unknown").Select(s => s.Label(label)).Distinct(StringComparer.Ordinal);

    private static bool IsFailed(Sample sample) => sample.Label("tollgate_status_class") is not ("2xx" or "3xx" or "1xx");

    // A gateway that was started anew counts from 0: what it has counted since is what happened.
    private double Rate(string metric, Func<Sample, bool>? fits = null) => Delta(metric, fits) / _seconds;

    private double Delta(string metric, Func<Sample, bool>? fits)
    {
        var (before, now) = (_before.Sum(metric, fits), _now.Sum(metric, fits));
        return now >= before ? now - before : now;
    }

    /// <summary>As Prometheus' histogram_quantile: linear inside the bucket that holds it; null when nothing was recorded.</summary>
    private double? Quantile(string histogram, double quantile, Func<Sample, bool>? fits = null)
    {
        var buckets = _now.Samples
            .Where(s => s.Name == histogram + "_bucket" && (fits is null || fits(s)))
            .Select(s => s.Label("le"))
            .Distinct(StringComparer.Ordinal)
            .Select(le => (Bound: Bound(le), Count: Delta(histogram + "_bucket", s => s.Label("le") == le && (fits is null || fits(s)))))
            .OrderBy(b => b.Bound)
            .ToArray();
        if (buckets.Length == 0 || buckets[^1].Count <= 0) return null;
        var rank = quantile * buckets[^1].Count;
        var (lower, below) = (0.0, 0.0);
        foreach (var (bound, count) in buckets)
        {
            if (count >= rank) return double.IsPositiveInfinity(bound) ? lower : lower + ((bound - lower) * (count > below ? (rank - below) / (count - below) : 0));
            (lower, below) = (bound, count);
        }

        return lower;
    }

    private static double Bound(string le) =>
        le == "+Inf" ? double.PositiveInfinity : double.Parse(le, System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A model that clients asked for: rates a second, times in seconds.</summary>
internal sealed record ModelLine(
    string Name, double RequestsPerSecond, double FailedPerSecond, double? Median, double? NinetyFifth, double? FirstToken, double InputPerSecond, double OutputPerSecond);

/// <summary>A provider: rates a second; how many of its backends may be asked.</summary>
internal sealed record ProviderLine(
    string Name, double RequestsPerSecond, double FailedPerSecond, double DollarsPerSecond, int InFlight, int Queued, int Available, int Backends);
