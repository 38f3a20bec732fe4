using System.Collections.Immutable;
using Tollgate.Metering.Costs;

namespace Tollgate.Metering.Reports;

/// <summary>Sums over some lines of a ledger.</summary>
public sealed record UsageRow
{
    /// <summary>The beginning of its hour, day or month; null when the sum is over all.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>The values of the fields asked for, in that order; empty where lines had none.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>Requests.</summary>
    public long Requests { get; init; }

    /// <summary>Calls that failed.</summary>
    public long Failures { get; init; }

    /// <summary>Calls whose usage is partly an estimate.</summary>
    public long Estimated { get; init; }

    /// <summary>Requests that were under way when the gateway was killed.</summary>
    public long Interrupted { get; init; }

    /// <summary>Calls that used something without a known price.</summary>
    public long Unpriced { get; init; }

    /// <summary>Input tokens, cached ones included.</summary>
    public long Input { get; init; }

    /// <summary>Of <see cref="Input"/>, those read from a cache.</summary>
    public long CachedInput { get; init; }

    /// <summary>Of <see cref="Input"/>, those written to a cache.</summary>
    public long CacheCreation { get; init; }

    /// <summary>Output tokens, reasoning included.</summary>
    public long Output { get; init; }

    /// <summary>Of <see cref="Output"/>, reasoning.</summary>
    public long Reasoning { get; init; }

    /// <summary>Of <see cref="Input"/>, sound.</summary>
    public long AudioInput { get; init; }

    /// <summary>Of <see cref="Output"/>, sound.</summary>
    public long AudioOutput { get; init; }

    /// <summary>Images made.</summary>
    public long Images { get; init; }

    /// <summary>Seconds of sound, where a provider counts them.</summary>
    public decimal AudioSeconds { get; init; }

    /// <summary>Searches of rerankers.</summary>
    public long SearchUnits { get; init; }

    /// <summary>Web searches.</summary>
    public long WebSearches { get; init; }

    /// <summary>US dollars, as far as prices are known.</summary>
    public decimal Cost { get; init; }

    /// <summary>The sums of the operator's own costs, in the order of their names; none where there were none.</summary>
    public ImmutableArray<RequestCost> Costs { get; init; } = [];
}

/// <summary>Answers what was used.</summary>
public interface IUsageReport
{
    /// <summary>The sums asked for, in the order of their times and keys; none where there are no lines.</summary>
    ValueTask<IReadOnlyList<UsageRow>> QueryAsync(UsageQuery query, CancellationToken cancellation);
}
