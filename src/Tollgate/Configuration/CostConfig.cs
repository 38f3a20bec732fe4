using Tollgate.Pricing;

namespace Tollgate.Configuration;

/// <summary>A price of the operator's own.</summary>
/// <param name="Owner">Name of a provider, or of a kind of providers.</param>
/// <param name="Model">Name of a model, or a glob with <c>*</c>.</param>
/// <param name="Price">What it costs.</param>
public sealed record PriceConfig(string Owner, string Model, ModelPrice Price)
{
    /// <summary>Where it was written.</summary>
    public SourcePlace Place { get; init; }

    /// <summary>True when <see cref="Model"/> is a glob.</summary>
    public bool IsGlob => Model.Contains('*', StringComparison.Ordinal);
}

/// <summary>What a cost counts. The names are those of Envoy AI Gateway's <c>llmRequestCosts</c>.</summary>
public enum CostType
{
    /// <summary>Input tokens, cached ones included.</summary>
    InputToken,

    /// <summary>Input tokens read from a cache.</summary>
    CachedInputToken,

    /// <summary>Input tokens written to a cache.</summary>
    CacheCreationInputToken,

    /// <summary>Output tokens, reasoning included.</summary>
    OutputToken,

    /// <summary>Input and output tokens.</summary>
    TotalToken,

    /// <summary>Reasoning tokens.</summary>
    ReasoningToken,

    /// <summary>What an expression gives.</summary>
    CEL,
}

/// <summary>A cost of the operator's own, worked out when a request ends.</summary>
/// <param name="Name">Its name in the access log and the metrics.</param>
/// <param name="Type">What it counts.</param>
/// <param name="Expression">For <see cref="CostType.CEL"/>: the expression.</param>
public sealed record CostConfig(string Name, CostType Type, string? Expression = null)
{
    /// <summary>Where it was written.</summary>
    public SourcePlace Place { get; init; }
}

/// <summary>What clients are told of costs.</summary>
/// <param name="Header">The header <c>x-tollgate-cost</c>, on answers that come in one piece.</param>
/// <param name="Usage">The member <c>cost</c> in the answer's <c>usage</c>, in streams too.</param>
public sealed record CostReportConfig(bool Header = true, bool Usage = false);
