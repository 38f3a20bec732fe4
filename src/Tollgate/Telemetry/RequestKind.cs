using Tollgate.Metering;
using Tollgate.Protocols;

namespace Tollgate.Telemetry;

/// <summary>
/// All that the metrics of a request tell of it but its numbers. Requests of one kind are counted in the same series, so that a gateway sees few
/// kinds. Names are bounded already; what a client made up is <see cref="GatewayMetrics.Unknown"/> here.
/// </summary>
internal readonly struct RequestKind : IEquatable<RequestKind>
{
    private const int FirstError = 400;

    private RequestKind(RequestRecord record, string? metricName, string? provider, string? served, string? answered)
    {
        // Model names come from clients. One that matched a route is the operator's, or fits a glob of his; others could be anything.
        var routed = record.Route is not null;
        Operation = record.Operation;
        ProviderMetricName = GatewayMetrics.Bounded(metricName);
        Provider = GatewayMetrics.Bounded(provider);
        Asked = routed ? GatewayMetrics.Bounded(record.AskedModel) : GatewayMetrics.Unknown;
        Served = routed ? GatewayMetrics.Bounded(served, Asked) : GatewayMetrics.Unknown;
        Answered = routed ? GatewayMetrics.Bounded(answered) : GatewayMetrics.Unknown;
        StatusClass = record.Status is >= 100 and < 600 ? record.Status / 100 : 0;
        ProviderError = record.ProviderStatus < FirstError ? 0 : record.ProviderStatus;
        Error = record.ErrorCode is { } code ? GatewayMetrics.Bounded(code) : null;
        Failed = record.Failed;
        Labels = record.Labels;
    }

    internal Operation? Operation { get; }

    internal string ProviderMetricName { get; }

    internal string Provider { get; }

    internal string Asked { get; }

    internal string Served { get; }

    internal string Answered { get; }

    /// <summary>1 to 5; 0 for a status that is none.</summary>
    internal int StatusClass { get; }

    /// <summary>The provider's status when it says that something failed, else 0.</summary>
    internal int ProviderError { get; }

    internal string? Error { get; }

    internal bool Failed { get; }

    /// <summary>As the request had them, not bounded.</summary>
    internal IReadOnlyList<KeyValuePair<string, string?>>? Labels { get; private init; }

    /// <summary>A number that tells apart the few kinds that take turns; not a hash that holds against whoever chooses names.</summary>
    internal int Place
    {
        get
        {
            var place = (Operation?.Index ?? 0) + (StatusClass << 4) + (Error?.Length ?? 0) + (ProviderError << 2);
            place = (place * 31) + PlaceOf(Asked);
            place = (place * 31) + PlaceOf(Served);
            place = (place * 31) + PlaceOf(Answered);
            place = (place * 31) + PlaceOf(Provider);
            for (var i = 0; i < Labels?.Count; i++) place = (place * 31) + PlaceOf(Labels[i].Value ?? "");
            return place;
        }
    }

    internal static RequestKind Of(RequestRecord record) => new(record, record.ProviderMetricName, record.Provider, record.ServedModel, record.ResponseModel ?? Presumed(record));

    /// <summary>What one of its calls that failed used is told of that call's provider and model.</summary>
    internal static RequestKind Of(RequestRecord record, AttemptRecord failed) => new(record, failed.ProviderMetricName, failed.Provider, failed.Model, null);

    /// <summary>One that stays as it is when the labels' owner changes them.</summary>
    internal RequestKind Kept() => this with { Labels = Labels is null ? null : [.. Labels] };

    public bool Equals(RequestKind other) =>
        ReferenceEquals(Operation, other.Operation)
        && (StatusClass, ProviderError, Failed) == (other.StatusClass, other.ProviderError, other.Failed)
        && Asked == other.Asked
        && Served == other.Served
        && Answered == other.Answered
        && Provider == other.Provider
        && ProviderMetricName == other.ProviderMetricName
        && Error == other.Error
        && AreSame(Labels, other.Labels);

    public override bool Equals(object? obj) => obj is RequestKind other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add((Operation?.Index ?? -1, StatusClass, ProviderError, Failed));
        foreach (var name in (ReadOnlySpan<string?>)[Asked, Served, Answered, Provider, ProviderMetricName, Error]) hash.Add(name, StringComparer.Ordinal);
        for (var i = 0; i < Labels?.Count; i++) hash.Add(Labels[i].Value, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    // Bedrock's answers name no model, and neither do sounds or pictures: then it was the one that was asked.
    private static string? Presumed(RequestRecord record) => record.Failed || record.Provider is null ? null : record.ServedModel ?? record.AskedModel;

    private static int PlaceOf(string text) => text.Length == 0 ? 0 : text.Length + (text[0] << 3) + text[^1];

    private static bool AreSame(IReadOnlyList<KeyValuePair<string, string?>>? one, IReadOnlyList<KeyValuePair<string, string?>>? other)
    {
        if (one is null || other is null) return one is null && other is null;
        if (one.Count != other.Count) return false;
        for (var i = 0; i < one.Count; i++)
        {
            if (one[i].Key != other[i].Key || one[i].Value != other[i].Value) return false;
        }

        return true;
    }
}
