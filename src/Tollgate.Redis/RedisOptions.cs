using System.Collections.Immutable;
using Tollgate.Configuration;
using Tollgate.Redis.Resp;

namespace Tollgate.Redis;

/// <summary>Where a server, or a cluster of them, is, and how it is spoken to.</summary>
internal sealed record RedisOptions
{
    /// <summary>One server, or some nodes of a cluster: the others are found by asking them.</summary>
    internal required ImmutableArray<RedisEndPoint> EndPoints { get; init; }

    /// <summary>True: the end points belong to a cluster.</summary>
    internal bool IsCluster { get; init; }

    /// <summary>Null: Redis' user <c>default</c>.</summary>
    internal string? User { get; init; }

    /// <summary>Null: none is sent. Read again for every connection.</summary>
    internal SecretSource? Password { get; init; }

    /// <summary>Number of the database; clusters have 0 only.</summary>
    internal int Database { get; init; }

    /// <summary>True: TLS from the first byte.</summary>
    internal bool Tls { get; init; }

    /// <summary>Path of certificates (PEM) that vouch for the server, in place of the system's.</summary>
    internal string? Authorities { get; init; }

    /// <summary>Connections to each server, at least.</summary>
    internal int Connections { get; init; } = 2;

    /// <summary>Connections to each server where every thread that polls has one of its own.</summary>
    internal int MaxConnections { get; init; } = 32;

    /// <summary>How long a connection may take, TLS and greeting included.</summary>
    internal TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a reply may take.</summary>
    internal TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A connection that nobody uses is tried this often.</summary>
    internal TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Commands of a connection whose replies are awaited; more are refused.</summary>
    internal int MaxInFlight { get; init; } = 4096;

    /// <summary>Bytes of a connection that are not sent yet; more are refused.</summary>
    internal int MaxUnsent { get; init; } = 4 * 1024 * 1024;

    /// <summary>How much a reply may hold.</summary>
    internal RespLimits Limits { get; init; } = new();
}

/// <summary>A host and a port.</summary>
internal readonly record struct RedisEndPoint(string Host, int Port)
{
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
