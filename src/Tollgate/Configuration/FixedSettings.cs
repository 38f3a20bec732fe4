namespace Tollgate.Configuration;

/// <summary>What a process opens when it starts, and a reload cannot change.</summary>
internal static class FixedSettings
{
    private static readonly (string Name, Func<GatewayConfig, GatewayConfig, bool> AreSame)[] All =
    [
        ("listen", (a, b) => a.Listen.Select(Listener).SequenceEqual(b.Listen.Select(Listener), StringComparer.Ordinal)),
        ("admin", (a, b) => a.Admin.ToString() == b.Admin.ToString()),
        ("prefixes", (a, b) => a.Prefixes == b.Prefixes),
        ("keyStore", (a, b) => Equals(a.KeyStore, b.KeyStore)),
        ("stateDir", (a, b) => a.StateDir == b.StateDir),
        ("ledger", (a, b) => a.Ledger == b.Ledger),
        ("stores", (a, b) => AreSame(a.Stores.Counters, b.Stores.Counters)),
    ];

    /// <summary>The keys whose values differ, as they are written.</summary>
    public static IReadOnlyList<string> Changed(GatewayConfig started, GatewayConfig now) => [.. All.Where(setting => !setting.AreSame(started, now)).Select(setting => setting.Name)];

    // Certificates are looked up anew for each connection; whether there are any is not.
    private static string Listener(ListenAddress address) => $"{address} {address.Http2} {address.Tls?.MinVersion} {address.Tls?.ClientCa is not null}";

    private static bool AreSame(CounterStoreConfig? one, CounterStoreConfig? other)
    {
        if (one is null || other is null) return one == other;
        return one.Addresses.AsSpan().SequenceEqual(other.Addresses.AsSpan()) && one with { Addresses = [], Place = default } == other with { Addresses = [], Place = default };
    }
}
