using Tollgate.Limits.Local;
using Tollgate.Limits.Reading;

namespace Tollgate.Limits;

/// <summary>Where limits are counted: by this gateway alone, and together with others where a store of theirs is set up.</summary>
internal sealed class CounterStores(LocalCounterStore local, ICounterStore? shared)
{
    internal LocalCounterStore Local { get; } = local;

    /// <summary>Without a shared store every limit is counted here: a gateway that runs alone shares with nobody.</summary>
    internal ICounterStore Shared { get; } = shared ?? local;

    /// <summary>Shared counters that were met here.</summary>
    internal SharedSubjects Subjects { get; } = new();

    internal bool HasShared => !ReferenceEquals(Shared, Local);
}
