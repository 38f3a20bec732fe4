namespace Tollgate.Routing.LoadBalancing;

/// <summary>Where prices come from when a backend names none: the boundary between routing and the price list.</summary>
internal interface IBackendCost
{
    /// <summary>US dollars for a million tokens in and a million tokens out together; null: not known.</summary>
    /// <param name="provider">The operator's name of the provider.</param>
    /// <param name="providerKind">Entry of the catalogue.</param>
    /// <param name="model">Model as the provider names it.</param>
    decimal? Of(string provider, string providerKind, string model);
}

/// <summary>Knows the prices that backends name themselves, and no others.</summary>
internal sealed class WrittenCost : IBackendCost
{
    public decimal? Of(string provider, string providerKind, string model) => null;
}
