using Tollgate.Configuration.Values;

namespace Tollgate.Configuration.Validation;

/// <summary>Who can reach what.</summary>
internal static class ListenerRules
{
    public static void Check(GatewayConfig config, ICollection<ConfigProblem> problems)
    {
        CheckExposure(config, problems);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var address in config.Listen.Where(address => address.Port != 0))
        {
            if (!seen.Add(address.ToString())) problems.Error(PlaceOf(address, config), $"{address} is listed twice: remove one");
            if (Overlaps(address, config.Admin))
            {
                problems.Error(PlaceOf(config.Admin, config), $"admin {config.Admin} is on the port of listen {address}: metrics must not be where clients call, give admin another port");
            }
        }
    }

    // Whoever reaches the port spends the operator's money: that must never happen by a forgotten line.
    private static void CheckExposure(GatewayConfig config, ICollection<ConfigProblem> problems)
    {
        if (config.AllowAnonymous || !config.Clients.IsEmpty || !config.Authentication.IsEmpty || config.KeyStore is { } store && store.Reveal() != "off") return;

        foreach (var address in config.Listen.Where(address => !AddressText.IsLoopback(address)))
        {
            problems.Error(PlaceOf(address, config), $"{address} can be reached from other machines, and everybody who reaches it could spend your credentials: "
                + "write clients: with a key for each caller, or allowAnonymous: true if that is meant");
        }
    }

    private static bool Overlaps(ListenAddress a, ListenAddress b) =>
        a.Port == b.Port && (a.Host == b.Host || a.Host is "*" or "0.0.0.0" or "::" || b.Host is "*" or "0.0.0.0" or "::");

    private static SourcePlace PlaceOf(ListenAddress address, GatewayConfig config) =>
        address.Place.File is null ? SourcePlace.Nowhere(config.Source) : address.Place;
}
