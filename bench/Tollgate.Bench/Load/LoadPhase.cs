using System.Diagnostics;

namespace Tollgate.Bench.Load;

/// <summary>For how long connections go on: until a number of requests were begun, or a time has come.</summary>
internal sealed class LoadPhase
{
    private readonly long _deadline;
    private long _left;

    private LoadPhase(long requests, long deadline) => (_left, _deadline) = (requests, deadline);

    internal static LoadPhase Of(long requests) => new(requests, long.MaxValue);

    internal static LoadPhase Of(TimeSpan time) => new(long.MaxValue, Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency));

    /// <summary>True when one more request may begin.</summary>
    internal bool Take() => Interlocked.Decrement(ref _left) >= 0 && Stopwatch.GetTimestamp() < _deadline;
}
