using System.Collections.Immutable;
using Tollgate.Metering.Costs;
using Tollgate.Protocols;

namespace Tollgate.Metering.Ledger;

/// <summary>What one request used: a line of the ledger. Its <see cref="RequestId"/> is unique, so that writing it twice changes nothing.</summary>
public sealed record UsageEntry
{
    /// <summary>The gateway's own id of the request.</summary>
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

    /// <summary>US dollars; null when not known.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The operator's own costs.</summary>
    public ImmutableArray<RequestCost> Costs { get; init; } = [];
}
