using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Tollgate.Simulator.Drill;

/// <summary>Plays one scenario: the first provider that is asked is the one that it befalls. Keeps who was asked, and when.</summary>
internal sealed class FaultScript(DrillScenario scenario, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly ConcurrentQueue<DrillTry> _tries = new();
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private string? _victim;

    /// <summary>The provider that it befalls, once somebody was asked.</summary>
    internal string? Victim => Volatile.Read(ref _victim);

    /// <summary>All calls so far.</summary>
    internal IReadOnlyCollection<DrillTry> Tries => _tries;

    internal TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>Knobs for a call; null: it is answered as usual.</summary>
    internal string? KnobsFor(HttpRequest request)
    {
        var provider = request.Headers[DrillConfig.ProviderHeader].ToString();
        if (provider.Length == 0) return null;
        var victim = Interlocked.CompareExchange(ref _victim, provider, null) ?? provider;
        var number = _counts.AddOrUpdate(provider, 0, static (_, count) => count + 1);
        var fault = provider == victim || scenario.HitsAll ? scenario.Fault(new DrillCall(number, Elapsed)) : null;
        _tries.Enqueue(new DrillTry(provider, Elapsed, fault is not null));
        return fault;
    }
}

/// <summary>A call that a provider got.</summary>
/// <param name="Provider">The operator's name for it.</param>
/// <param name="At">Time since the scenario began.</param>
/// <param name="Failed">The scenario befell it.</param>
internal sealed record DrillTry(string Provider, TimeSpan At, bool Failed);
