using System.Collections.Immutable;

namespace Tollgate.Metering.Reports;

/// <summary>What a report is asked for: sums over the lines of a ledger.</summary>
public sealed record UsageQuery
{
    /// <summary>Requests that began then or later.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Requests that began before.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>One sum for each; <see cref="UsageBucket.All"/>: one for the whole time.</summary>
    public UsageBucket Bucket { get; init; }

    /// <summary>One sum for each value of these, in this order.</summary>
    public ImmutableArray<UsageField> By { get; init; } = [];

    /// <summary>Only lines that have one of these values in that field; fields not named here may have any.</summary>
    public ImmutableArray<UsageFilter> Where { get; init; } = [];

    /// <summary>Rows at most.</summary>
    public int Limit { get; init; } = 10_000;
}

/// <summary>Values that a field may have.</summary>
/// <param name="Field">The field.</param>
/// <param name="Values">One of them. None: no line fits.</param>
public sealed record UsageFilter(UsageField Field, ImmutableArray<string> Values);

/// <summary>Times that sums are for. Days and months are those of UTC.</summary>
public enum UsageBucket
{
    /// <summary>All of it.</summary>
    All,

    /// <summary>An hour. Lines beyond the ledger's retention have only their day.</summary>
    Hour,

    /// <summary>A day.</summary>
    Day,

    /// <summary>A month of the calendar.</summary>
    Month,
}

/// <summary>What lines can be told apart by.</summary>
public enum UsageField
{
    /// <summary>Model that was asked for.</summary>
    Model,

    /// <summary>Model that was sent to the provider.</summary>
    ServedModel,

    /// <summary>The operator's name of the provider.</summary>
    Provider,

    /// <summary>Who called.</summary>
    Client,

    /// <summary>Id of the caller's key.</summary>
    Key,

    /// <summary>The caller's team.</summary>
    Team,

    /// <summary>The team's organisation.</summary>
    Organization,

    /// <summary>The operation, such as <c>chat</c>.</summary>
    Operation,
}
