using System.Diagnostics;

namespace Tollgate.Bench.Load;

/// <summary>For how long connections go on: until a number of requests were begun, or a time has come.</summary>
internal sealed class LoadPhase
{
    private readonly long _deadline;
    private long _left;

    private LoadPhase(long requests, long deadline) => (_left, _deadline) = (requests, deadline);

    /// <summary>What every answer must begin with: anything else ends the benchmark.</summary>
    internal byte[] StatusLine { get; private init; } = "HTTP/1.1 200 "u8.ToArray();

    internal static LoadPhase Of(long requests) => new(requests, long.MaxValue);

    internal static LoadPhase Of(long requests, int status) => new(requests, long.MaxValue) { StatusLine = System.Text.Encoding.ASCII.GetBytes(FormattableString.Invariant($"HTTP/1.1 {status} ")) };

    internal static LoadPhase Of(TimeSpan time) => new(long.MaxValue, Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency));

    /// <summary>True when one more request may begin.</summary>
    internal bool Take() => Interlocked.Decrement(ref _left) >= 0 && Stopwatch.GetTimestamp() < _deadline;
}
