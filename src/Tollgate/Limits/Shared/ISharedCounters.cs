namespace Tollgate.Limits.Shared;

/// <summary>
/// Counters that several gateways have in common, at a server that may be away. When it cannot be asked, the admission says so
/// (<see cref="Admission.IsUncertain"/>) and decides nothing: what happens then is the configuration's to say.
/// </summary>
public interface ISharedCounters : ICounterStore
{
    /// <summary>How it is now. Does not wait.</summary>
    CountersHealth Health { get; }
}

/// <summary>How shared counters are.</summary>
/// <param name="IsUp">The server can be asked.</param>
/// <param name="Unsettled">Settlements that did not get through yet.</param>
/// <param name="Lost">Settlements that never will.</param>
public readonly record struct CountersHealth(bool IsUp, int Unsettled, long Lost);
