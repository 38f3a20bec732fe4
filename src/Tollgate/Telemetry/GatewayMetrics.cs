using System.Diagnostics;
using System.Diagnostics.Metrics;
using Tollgate.Metering;
using Tollgate.Protocols;
using Tollgate.Protocols.Chat;

namespace Tollgate.Telemetry;

/// <summary>
/// The gateway's instruments, in the meter <c>Tollgate</c>; <c>docs/metrics.md</c> lists them. Names, units and attributes of
/// <c>gen_ai.*</c> follow OpenTelemetry's conventions for generative AI.
/// </summary>
public sealed class GatewayMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Tollgate";

    /// <summary>Stands for a name that is not known, or that a client made up.</summary>
    public const string Unknown = "_unknown";

    /// <summary>Longer names are recorded as <see cref="Unknown"/>: a label must not become a place to store things.</summary>
    private const int MaxLabelLength = 256;

    private readonly Meter meter;
    private readonly Histogram<long> tokens;
    private readonly Histogram<double> duration;
    private readonly Histogram<double> timeToFirstToken;
    private readonly Histogram<double> timePerOutputToken;
    private readonly TaggedTotals requests = new();
    private readonly TaggedTotals cost = new();
    private readonly Counter<long> unpriced;
    private readonly Counter<long> ownCosts;
    private readonly Counter<long> failedCosts;
    private readonly Counter<long> unsaid;
    private readonly Counter<long> skippedEvents;
    private readonly Counter<long> resumed;
    private readonly AttemptCounters attempts;
    private readonly KnownRequests known = new(new LabelValues());
    private long active;
    private long dropped;
    private long generation;
    private long reloads;
    private long failedReloads;

    /// <summary>Creates the instruments.</summary>
    /// <param name="factory">Owner of the meter; null makes one that this object owns.</param>
    public GatewayMetrics(IMeterFactory? factory = null)
    {
        meter = factory is null ? new Meter(MeterName) : factory.Create(new MeterOptions(MeterName));
        tokens = meter.CreateHistogram(
            "gen_ai.client.token.usage",
            "{token}",
            "Tokens used by a request, by type.",
            tags: null,
            new InstrumentAdvice<long> { HistogramBucketBoundaries = MetricBounds.Tokens });
        duration = Seconds("gen_ai.server.request.duration", "Time from a request's arrival to its end.", MetricBounds.RequestDuration);
        timeToFirstToken = Seconds("gen_ai.server.time_to_first_token", "Time from a request's arrival to the first content of its stream.", MetricBounds.TimeToFirstToken);
        timePerOutputToken = Seconds("gen_ai.server.time_per_output_token", "Time per output token of a stream, after the first.", MetricBounds.TimePerOutputToken);
        // What every request adds to is observed, too, which costs it least.
        meter.CreateObservableCounter("tollgate.requests", requests.Counts, "{request}", "Requests that ended.");
        meter.CreateObservableCounter("tollgate.cost", cost.Amounts, "{USD}", "Cost of requests, as far as prices are known.");
        unpriced = meter.CreateCounter<long>("tollgate.cost.unpriced", "{request}", "Requests that used something without a known price.");
        ownCosts = meter.CreateCounter<long>("tollgate.request.cost", "{unit}", "Costs that the configuration defines, by name.");
        failedCosts = meter.CreateCounter<long>("tollgate.request.cost.failed", "{request}", "Costs that could not be worked out.");
        unsaid = meter.CreateCounter<long>("tollgate.translation.dropped", "{member}", "Members that a translation left out of a request or an answer.");
        skippedEvents = meter.CreateCounter<long>("tollgate.streams.skipped_events", "{event}", "Events of providers' streams that were left out because nobody could read them.");
        resumed = meter.CreateCounter<long>("tollgate.streams.resumed", "{stream}", "Streams that broke and were gone on with by another attempt, by result.");
        attempts = new AttemptCounters(meter);
        // Observed, not recorded: they are there from the first scrape on, and right whenever a listener comes.
        meter.CreateObservableUpDownCounter("tollgate.requests.active", () => Volatile.Read(ref active), "{request}", "Requests being served.");
        meter.CreateObservableCounter("tollgate.access_log.dropped", () => Volatile.Read(ref dropped), "{line}", "Access-log lines lost because the sink did not take them.");
        meter.CreateObservableGauge("tollgate.config.generation", () => Volatile.Read(ref generation), "{generation}", "Number of the configuration in force.");
        meter.CreateObservableCounter("tollgate.config.reloads", Reloads, "{reload}", "Configurations read, by result.");
    }

    /// <summary>Where requests whose trace is recorded are shown; null: nowhere.</summary>
    internal ExemplarSink? Exemplars { get; set; }

    /// <summary>Requests being served now.</summary>
    public long ActiveRequests => Volatile.Read(ref active);

    /// <summary>A request arrived. Pair it with <see cref="RequestEnded"/>.</summary>
    public void RequestStarted() => Interlocked.Increment(ref active);

    /// <summary>A request left, however it ended.</summary>
    public void RequestEnded() => Interlocked.Decrement(ref active);

    /// <summary>Lines of the access log were lost.</summary>
    public void AccessLogDropped(int lines) => Interlocked.Add(ref dropped, lines);

    /// <summary>A configuration took effect.</summary>
    public void ConfigLoaded(long generation)
    {
        Volatile.Write(ref this.generation, generation);
        Interlocked.Increment(ref reloads);
    }

    /// <summary>A configuration was refused; the one before stays.</summary>
    public void ConfigRejected() => Interlocked.Increment(ref failedReloads);

    /// <summary>Counts a request that ended. Allocates nothing for a kind of request that was there before, unless the operator has costs of his own.</summary>
    public void Record(RequestRecord record)
    {
        var series = known.Of(RequestKind.Of(record));
        series.Requests(requests).Count();
        attempts.Count(record, series);
        if (record.Resumed is { } result) resumed.Add(1, new KeyValuePair<string, object?>("result", result));
        foreach (var entry in record.Dropped) CountUnsaid(record, entry);
        if (record.SkippedEvents > 0) skippedEvents.Add(record.SkippedEvents, new KeyValuePair<string, object?>("tollgate.provider", Bounded(record.Provider)));
        // A path that names no operation is no generative-AI call: 404s by scanners stay out of the latency figures.
        if (record.Operation is null) return;

        RecordUsage(series, record.Used);
        if (record.Costs.Count > 0) RecordOwnCosts(series, record);
        RecordDollars(series, record.Cost, record.IsUnpriced);
        if (record.FailedAttempts is { } failed) RecordFailed(record, failed);
        if (record.Stream) RecordStream(series, record);
        series.Duration.Record(duration, record.Duration.TotalSeconds);
        if (record.IsTraceRecorded) Show(record, series.Duration.Tags);
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private void Show(RequestRecord record, KeyValuePair<string, object?>[] tags)
    {
        if (Exemplars is not { } sink || record.TraceId is not { } trace) return;
        sink("gen_ai_server_request_duration_seconds", new Exemplar(trace, record.Duration.TotalSeconds, record.Start + record.Duration), tags);
    }

    private void RecordUsage(RequestSeries series, in TokenUsage usage)
    {
        for (var type = 0; type < TokenTypes.Names.Length; type++)
        {
            if (TokenTypes.Of(usage, type) is { } number) series.Tokens(type).Record(tokens, number);
        }
    }

    private void RecordDollars(RequestSeries series, decimal? dollars, bool isUnpriced)
    {
        if (isUnpriced) unpriced.Add(1, series.Cost);
        if (dollars is { } amount) series.Dollars(cost).Add((double)amount);
    }

    /// <summary>Calls that failed are billed, too, each by its own provider.</summary>
    private void RecordFailed(RequestRecord record, IReadOnlyList<AttemptRecord> failed)
    {
        foreach (var attempt in failed)
        {
            if (!attempt.Usage.IsKnown) continue;
            var series = known.Of(RequestKind.Of(record, attempt));
            RecordUsage(series, attempt.Usage);
            RecordDollars(series, attempt.Cost, isUnpriced: attempt.Cost is null);
        }
    }

    private void RecordOwnCosts(RequestSeries series, RequestRecord record)
    {
        for (var i = 0; i < record.Costs.Count; i++)
        {
            ReadOnlySpan<KeyValuePair<string, object?>> tags = [series.Cost[0], series.Cost[1], series.Cost[2], new("tollgate.cost.name", record.Costs[i].Name)];
            if (record.Costs[i].Value is { } value) ownCosts.Add(value, tags);
            else failedCosts.Add(1, tags);
        }
    }

    // The rule's own words, which are few: names of members come from clients and providers.
    private void CountUnsaid(RequestRecord record, FidelityEntry entry) => unsaid.Add(1, new TagList
    {
        { "tollgate.provider", Bounded(record.Provider) },
        { "tollgate.member", entry.Rule.Field },
    });

    private void RecordStream(RequestSeries series, RequestRecord record)
    {
        if (record.TimeToFirstToken is not { } first) return;
        series.TimeToFirstToken.Record(timeToFirstToken, first.TotalSeconds);
        if (record.Used.Output is { } output and > 1 && record.Duration >= first)
        {
            series.TimePerOutputToken.Record(timePerOutputToken, (record.Duration - first).TotalSeconds / (output - 1));
        }
    }

    internal static string Bounded(string? name, string otherwise = Unknown) =>
        name is null ? otherwise : name.Length <= MaxLabelLength ? name : Unknown;

    private Histogram<double> Seconds(string name, string description, double[] bounds) =>
        meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    private IEnumerable<Measurement<long>> Reloads() =>
    [
        new(Volatile.Read(ref reloads), new KeyValuePair<string, object?>("result", "ok")),
        new(Volatile.Read(ref failedReloads), new KeyValuePair<string, object?>("result", "failed")),
    ];
}
