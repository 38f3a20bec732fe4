namespace Tollgate.Credentials;

/// <summary>When an identity is asked for again.</summary>
internal static class RenewalPlan
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Recheck = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>How long to pause.</summary>
    /// <param name="left">What is left of the identity; null when it does not expire or there is none.</param>
    /// <param name="failures">Attempts that failed since the last good one.</param>
    /// <param name="chance">From 0 to below 1: gateways that started together do not ask together.</param>
    internal static TimeSpan Pause(TimeSpan? left, int failures, double chance)
    {
        if (failures > 0) return Min(FirstRetry * Math.Pow(2, Math.Min(failures - 1, 10)), LongestRetry) * (0.5 + chance);
        if (left is not { } time) return Recheck;

        // What lives shortly, or comes from a service's own store with little left, is renewed at half-time.
        var pause = time > 2 * Ahead ? time - Ahead - (Spread * chance) : time / 2;
        return Min(pause > Shortest ? pause : Shortest, Longest);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
