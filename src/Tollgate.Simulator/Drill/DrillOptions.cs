namespace Tollgate.Simulator.Drill;

/// <summary>What is rehearsed.</summary>
public sealed record DrillOptions
{
    /// <summary>Models, as clients ask for them. Empty: all of the configuration; of a glob, one name that it matches.</summary>
    public IReadOnlyCollection<string> Models { get; init; } = [];

    /// <summary>Short names of faults. Empty: all of them.</summary>
    public IReadOnlyCollection<string> Scenarios { get; init; } = [];

    /// <summary>How many times as fast as the wall's the rehearsal's clock runs. Null: as fast as the shortest time limit allows, at most 60.</summary>
    public double? Speed { get; init; }

    /// <summary>Scenarios under way at once.</summary>
    public int Parallel { get; init; } = 4;
}
