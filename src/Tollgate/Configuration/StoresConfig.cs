using System.Collections.Immutable;

namespace Tollgate.Configuration;

/// <summary>What several gateways share. A change takes effect with the next start.</summary>
public sealed record StoresConfig
{
    /// <summary>Where limits with <c>store: shared</c> are counted. Null: nothing is shared.</summary>
    public CounterStoreConfig? Counters { get; init; }
}

/// <summary>Where counters of several gateways are.</summary>
/// <param name="Kind">Which server it is.</param>
/// <param name="Addresses">Where it listens; of a cluster some of its nodes.</param>
public sealed record CounterStoreConfig(CounterStoreKind Kind, ImmutableArray<StoreAddress> Addresses)
{
    /// <summary>True: TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>Path, absolute, of certificates (PEM) that vouch for the server; null: the system's.</summary>
    public string? Authorities { get; init; }

    /// <summary>Who signs in; null: the server's default user.</summary>
    public string? User { get; init; }

    /// <summary>With what password; null: none.</summary>
    public SecretSource? Password { get; init; }

    /// <summary>Number of Redis' database, or name of PostgreSQL's; null: the server's default.</summary>
    public string? Database { get; init; }

    /// <summary>What all names that the gateway uses there begin with, so that several installations can share a server.</summary>
    public string Prefix { get; init; } = "tollgate";

    /// <summary>How long an answer may take; then the store counts as away.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>What becomes of requests while the store is away.</summary>
    public StoreOutage Outage { get; init; }

    /// <summary>From 0 to 1: the part of each limit that this gateway grants by itself while the store is away, for <see cref="StoreOutage.Local"/>.</summary>
    public decimal Share { get; init; } = 0.25m;

    /// <summary>Where it was written.</summary>
    public SourcePlace Place { get; init; }
}

/// <summary>Servers that can hold counters.</summary>
public enum CounterStoreKind
{
    /// <summary>One Redis, or what stands before several and looks like one.</summary>
    Redis,

    /// <summary>A Redis cluster.</summary>
    RedisCluster,

    /// <summary>PostgreSQL: counters by leases.</summary>
    Postgres,
}

/// <summary>What becomes of requests under shared limits while their store is away.</summary>
public enum StoreOutage
{
    /// <summary>Each gateway counts for itself, up to a part of each limit.</summary>
    Local,

    /// <summary>They are admitted.</summary>
    Open,

    /// <summary>They are refused.</summary>
    Closed,
}

/// <summary>A host and a port.</summary>
/// <param name="Host">A name or an address, without brackets.</param>
/// <param name="Port">From 1 to 65535.</param>
public readonly record struct StoreAddress(string Host, int Port);
