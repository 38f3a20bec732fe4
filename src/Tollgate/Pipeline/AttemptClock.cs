using Tollgate.Configuration;

namespace Tollgate.Pipeline;

/// <summary>What a provider is being waited for.</summary>
internal enum WaitPhase
{
    /// <summary>Not waiting for it, but for the client to read or to send.</summary>
    Paused,

    /// <summary>The connection and the response headers.</summary>
    Headers,

    /// <summary>The first content of a stream.</summary>
    FirstToken,

    /// <summary>The next bytes.</summary>
    Idle,

    /// <summary>What may still follow the reason why an answer ended: usage, the end mark.</summary>
    Tail,
}

/// <summary>
/// The time limits of an attempt behind one token, which also fires when the client leaves. One timer, set anew for each phase.
/// </summary>
#pragma warning disable CA1001 // The source has no resources once its timer is off, and the clock lives as long as its pooled request.
internal sealed class AttemptClock
#pragma warning restore CA1001
{
    // An answer that has said why it ended lacks only its usage and end mark, which providers send at once or never.
    private static readonly TimeSpan LongestTail = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private CancellationTokenSource _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _aborted;
    private TimeoutConfig _limits = new();
    private long _start;
    private long? _tailStart;
    private bool _meetsTotal; // timers are coarser than the clock: which limit fired is known, not measured

    internal AttemptClock(TimeProvider time, CancellationToken aborted)
    {
        _time = time;
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Register(aborted);
    }

    internal CancellationToken Token => _source.Token;

    internal bool ClientLeft => _aborted.IsCancellationRequested;

    /// <summary>What was waited for last.</summary>
    internal WaitPhase Phase { get; private set; }

    internal AttemptClock Reuse(CancellationToken aborted)
    {
        if (!_source.TryReset()) _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        Register(aborted);
        return this;
    }

    internal void Start(TimeoutConfig limits)
    {
        _limits = limits;
        _start = _time.GetTimestamp();
        _tailStart = null;
    }

    internal void Enter(WaitPhase phase, bool stream)
    {
        Phase = phase;
        var elapsed = _time.GetElapsedTime(_start);
        var left = _limits.Total - elapsed;
        var limit = phase switch
        {
            // A plain answer may think for long before its headers: only the total limits it.
            // Of a stream, heartbeats and a role are no token: they do not start the wait anew.
            WaitPhase.Headers or WaitPhase.FirstToken when stream => _limits.FirstToken - elapsed,
            WaitPhase.Idle => _limits.Idle,
            WaitPhase.Tail => TailLeft(),
            _ => left,
        };
        _meetsTotal = left <= limit;
        if (_meetsTotal) limit = left;
        _source.CancelAfter(limit > TimeSpan.Zero ? limit : TimeSpan.Zero);
    }

    internal void Pause()
    {
        Phase = WaitPhase.Paused;
        _source.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    internal void Stop()
    {
        _registration.Dispose();
        if (!_source.IsCancellationRequested) Pause();
    }

    /// <summary>In words, for the error: which limit was met, and the line that sets it.</summary>
    internal string Describe(string provider)
    {
        var elapsed = _time.GetElapsedTime(_start);
        if (_meetsTotal || elapsed >= _limits.Total) return $"provider '{provider}' did not finish within {Text(_limits.Total)} (timeouts.total)";
        return Phase == WaitPhase.Idle
            ? $"provider '{provider}' sent nothing for {Text(_limits.Idle)} (timeouts.idle)"
            : $"provider '{provider}' sent no first token within {Text(_limits.FirstToken)} (timeouts.firstToken)";
    }

    /// <summary>From the reason on, whatever else comes: heartbeats do not keep a finished stream open.</summary>
    private TimeSpan TailLeft()
    {
        _tailStart ??= _time.GetTimestamp();
        var left = (_limits.Idle < LongestTail ? _limits.Idle : LongestTail) - _time.GetElapsedTime(_tailStart.Value);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static string Text(TimeSpan limit) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{limit.TotalSeconds:0.###} s");

    private void Register(CancellationToken aborted)
    {
        _aborted = aborted;
        Phase = WaitPhase.Paused;
        _registration = aborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }
}
