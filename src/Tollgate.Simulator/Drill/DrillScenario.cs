namespace Tollgate.Simulator.Drill;

/// <summary>Something that goes wrong with the provider that is asked first.</summary>
/// <param name="Id">Stable short name, such as <c>outage</c>.</param>
/// <param name="Title">What happens, in words.</param>
/// <param name="Fault">Knobs of the simulator for a call; null: nothing goes wrong.</param>
internal sealed record DrillScenario(string Id, string Title, Func<DrillCall, string?> Fault)
{
    /// <summary>Only streams can suffer it.</summary>
    public bool StreamOnly { get; init; }

    /// <summary>It befalls every provider, not the first one only.</summary>
    public bool HitsAll { get; init; }

    /// <summary>Ends by itself after that time; many requests are sent meanwhile. Null: one request.</summary>
    public TimeSpan? Outage { get; init; }
}

/// <summary>A call that a provider gets during a rehearsal.</summary>
/// <param name="Number">How many the provider got before, from 0.</param>
/// <param name="Elapsed">Time since the scenario began.</param>
internal readonly record struct DrillCall(int Number, TimeSpan Elapsed);
