using System.Collections.Immutable;

namespace Tollgate.Simulator.Drill;

/// <summary>What a caller would have seen.</summary>
public enum DrillVerdict
{
    /// <summary>A whole answer: every word once and in order, a reason why it ended, its end mark.</summary>
    Whole,

    /// <summary>A clear error: a message in the dialect, or a connection that visibly breaks.</summary>
    Error,

    /// <summary>What must never be: half an answer that looks whole, mixed-up words, an error that says nothing, no end at all.</summary>
    Broken,
}

/// <summary>One fault, one way to ask.</summary>
/// <param name="Model">As clients ask for it.</param>
/// <param name="Scenario">Short name of the fault.</param>
/// <param name="Title">The fault in words.</param>
/// <param name="Stream">Asked for a stream.</param>
/// <param name="Verdict">What the caller saw.</param>
/// <param name="Detail">The error, or what was wrong; empty for a whole answer.</param>
/// <param name="Elapsed">How long the caller waited, on the rehearsal's clock.</param>
/// <param name="Tries">Who was asked, in that order.</param>
/// <param name="Returned">For an outage that ends: time from its end until the provider was asked again with success; null when it was not.</param>
public sealed record DrillResult(
    string Model, string Scenario, string Title, bool Stream, DrillVerdict Verdict, string Detail, TimeSpan Elapsed, ImmutableArray<string> Tries, TimeSpan? Returned = null);

/// <summary>A rehearsal's scorecard.</summary>
/// <param name="Speed">How many times as fast as the wall's the rehearsal's clock ran.</param>
/// <param name="Results">By model, fault, and way to ask.</param>
public sealed record DrillReport(double Speed, ImmutableArray<DrillResult> Results)
{
    /// <summary>How many ended so.</summary>
    public int Count(DrillVerdict verdict) => Results.Count(r => r.Verdict == verdict);
}
