namespace Tollgate.Telemetry;

/// <summary>
/// The tags under which requests of one kind are recorded, put together once, and the totals that they lead to.
/// </summary>
internal sealed class RequestSeries
{
    private static readonly string[] StatusClasses = [GatewayMetrics.Unknown, "1xx", "2xx", "3xx", "4xx", "5xx"];

    private readonly RecordedTags?[] _tokens = new RecordedTags?[TokenTypes.Names.Length];
    private readonly KeyValuePair<string, object?>[] _common;
    private readonly KeyValuePair<string, object?>[] _request;
    private readonly KeyValuePair<string, object?>[] _dollars;
    private TaggedTotals.Total? _requests;
    private TaggedTotals.Total? _spent;

    internal RequestSeries(in RequestKind kind, LabelValues bounds)
    {
        Kind = kind.Kept();
        var labels = Bounded(Kind, bounds);
        var operation = new KeyValuePair<string, object?>("gen_ai.operation.name", kind.Operation?.MetricName ?? GatewayMetrics.Unknown);
        var provider = new KeyValuePair<string, object?>("gen_ai.provider.name", kind.ProviderMetricName);
        var model = new KeyValuePair<string, object?>("gen_ai.request.model", kind.Served);
        _request = [operation, new("tollgate.provider", kind.Provider), new("tollgate.status_class", StatusClasses[kind.StatusClass]), .. labels];
        _common = [operation, provider, new("gen_ai.original.model", kind.Asked), model, new("gen_ai.response.model", kind.Answered), .. labels];
        Duration = new RecordedTags(kind.Failed ? [.. _common, new("error.type", kind.Error ?? "_OTHER")] : _common);
        Cost = [provider, new("tollgate.provider", kind.Provider), model];
        _dollars = [.. Cost, new("tollgate.currency", "USD")];
    }

    internal RequestKind Kind { get; }

    internal RecordedTags Duration { get; }

    internal RecordedTags TimeToFirstToken => field ??= new RecordedTags(_common);

    internal RecordedTags TimePerOutputToken => field ??= new RecordedTags(_common);

    /// <summary>Of costs.</summary>
    internal KeyValuePair<string, object?>[] Cost { get; }

    /// <summary>The total of the last call to a provider; null until there was one.</summary>
    internal TaggedTotals.Total? LastAttempt { get; set; }

    /// <summary>Of a type of token, an index in <see cref="TokenTypes.Names"/>.</summary>
    internal RecordedTags Tokens(int type) => _tokens[type] ??= new RecordedTags([.. _common, new("gen_ai.token.type", TokenTypes.Names[type])]);

    // A total is looked for when it is first added to: one that is there without a number would be told as zero.
    internal TaggedTotals.Total Requests(TaggedTotals all) => _requests ??= all.Of(_request);

    internal TaggedTotals.Total Dollars(TaggedTotals all) => _spent ??= all.Of(_dollars);

    private static KeyValuePair<string, object?>[] Bounded(in RequestKind kind, LabelValues bounds) =>
        kind.Labels is { } chosen ? [.. chosen.Select(label => new KeyValuePair<string, object?>(label.Key, bounds.Bound(label.Key, label.Value)))] : [];
}
