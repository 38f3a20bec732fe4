using Microsoft.Extensions.Logging;
using Tollgate.Configuration;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Limits.Shared;

/// <summary>Makes shared counters of one kind of server. Packages register theirs.</summary>
public abstract class CounterKind
{
    /// <summary>True for the kinds that it makes.</summary>
    public abstract bool Serves(CounterStoreKind kind);

    /// <summary>Makes them. Does not fail when the server is away: that shows when they are asked.</summary>
    /// <param name="config">Where, and how.</param>
    /// <param name="surroundings">What else they need.</param>
    public abstract ISharedCounters Create(CounterStoreConfig config, CounterSurroundings surroundings);
}

/// <summary>What shared counters need of the gateway.</summary>
/// <param name="Time">Time-outs and waiting.</param>
/// <param name="Chance">Uniform in [0, 1), safe to call from several threads.</param>
/// <param name="Logger">Told of losses.</param>
public sealed record CounterSurroundings(TimeProvider Time, Func<double> Chance, ILogger Logger)
{
    /// <summary>How connections are opened; null: with .NET's sockets.</summary>
    internal WireOpener? Opener { get; init; }
}
