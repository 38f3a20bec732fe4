using System.Globalization;
using Tollgate.Configuration;
using Tollgate.Limits.Shared;

namespace Tollgate.Redis.Counters;

/// <summary>Counters in Redis, one server or a cluster.</summary>
internal sealed class RedisKind : CounterKind
{
    // A connection takes several round trips, and is made seldom.
    private static readonly TimeSpan LeastToConnect = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public override bool Serves(CounterStoreKind kind) => kind is CounterStoreKind.Redis or CounterStoreKind.RedisCluster;

    /// <inheritdoc/>
    public override ISharedCounters Create(CounterStoreConfig config, CounterSurroundings surroundings)
    {
        var redis = RedisClients.Open(Options(config), surroundings.Time, surroundings.Chance, surroundings.Logger, surroundings.Opener);
        return new RedisCounterStore(redis, config.Prefix, surroundings.Time, surroundings.Logger);
    }

    internal static RedisOptions Options(CounterStoreConfig config) => new()
    {
        ConnectTimeout = config.Timeout > LeastToConnect ? config.Timeout : LeastToConnect,
        EndPoints = [.. config.Addresses.Select(address => new RedisEndPoint(address.Host, address.Port))],
        IsCluster = config.Kind == CounterStoreKind.RedisCluster,
        User = config.User,
        Password = config.Password,
        Database = int.TryParse(config.Database, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0,
        Tls = config.Tls,
        Authorities = config.Authorities,
        Timeout = config.Timeout,
    };
}
