using Tollgate.Protocols;

namespace Tollgate.Metering;

/// <summary>A call to a provider that failed, while another one answered or was tried.</summary>
/// <param name="Provider">The operator's name of the provider.</param>
/// <param name="Model">Model that was sent to it.</param>
/// <param name="Status">Its status; 0 when there was none.</param>
/// <param name="Error">What went wrong, as a code such as <c>provider_timeout</c>; null when its status says it.</param>
/// <param name="Duration">From the call's beginning to its end.</param>
/// <param name="Usage">What it had reported by then: it may be billed.</param>
public sealed record AttemptRecord(string Provider, string? Model, int Status, string? Error, TimeSpan Duration, TokenUsage Usage)
{
    /// <summary><c>gen_ai.provider.name</c> of the provider.</summary>
    public string? ProviderMetricName { get; init; }

    /// <summary>True when some of <see cref="Usage"/> is an estimate.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>What it cost at its own provider's price, in US dollars; null when that is not known, or nothing was used.</summary>
    public decimal? Cost { get; init; }
}
