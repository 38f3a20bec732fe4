namespace Tollgate.Protocols.Tests;

/// <summary>Measures what an action allocates on this thread.</summary>
internal static class Allocations
{
    /// <summary>
    /// The least of several rounds, in bytes: the runtime itself allocates now and then when it loads or compiles something anew,
    /// but an action that allocates does so in every round.
    /// </summary>
    public static long Of(Action action)
    {
        action();
        var least = long.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
