using System.Collections.Immutable;
using Tollgate.Metering.Costs;
using Tollgate.Protocols;

namespace Tollgate.Metering.Ledger;

/// <summary>
/// A line of the ledger: what one call to a provider used. A request has one for its answer, and one more for every call that failed
/// before and yet had used something. <see cref="Id"/> and <see cref="Part"/> are unique, so that writing a line twice changes nothing.
/// </summary>
public sealed record UsageEntry
{
    /// <summary>Made by the gateway, unlike <see cref="RequestId"/>, which a caller may choose: nobody pays once for two requests.</summary>
    public required Guid Id { get; init; }

    /// <summary>0 for the answer, then 1, 2, … for the calls that failed before it.</summary>
    public int Part { get; init; }

    /// <summary>1 for the answer, 0 for the others: the sum over lines is the number of requests.</summary>
    public long Requests => Part == 0 ? 1 : 0;

    /// <summary>The request's id as the client was told it.</summary>
    public required string RequestId { get; init; }

    /// <summary>When it arrived, in UTC.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>From arrival to the end.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Name of the operation, such as <c>chat</c>.</summary>
    public string Operation { get; init; } = "";

    /// <summary>Who called; empty where everybody may.</summary>
    public string Client { get; init; } = "";

    /// <summary>Id of the caller's key; empty for callers without one.</summary>
    public string KeyId { get; init; } = "";

    /// <summary>The caller's team, or empty.</summary>
    public string Team { get; init; } = "";

    /// <summary>The team's organisation, or empty.</summary>
    public string Organization { get; init; } = "";

    /// <summary>Model that was asked for.</summary>
    public string Model { get; init; } = "";

    /// <summary>Model that was sent to the provider.</summary>
    public string ServedModel { get; init; } = "";

    /// <summary>The operator's name of the provider that answered, or empty.</summary>
    public string Provider { get; init; } = "";

    /// <summary>Status that the client got.</summary>
    public int Status { get; init; }

    /// <summary>What went wrong, or empty.</summary>
    public string Error { get; init; } = "";

    /// <summary>Tokens and the like.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>True when some of <see cref="Usage"/> is an estimate.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>True when the gateway itself ended (killed, or the machine failed) before the request did; all of it is an estimate then.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>US dollars; null when not known.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The operator's own costs.</summary>
    public ImmutableArray<RequestCost> Costs { get; init; } = [];
}
