using System.Globalization;
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
    private TimeSpan? _deadline;
    private TimeSpan? _left;
    private TimeLimit _armed;
    private long _start;
    private long? _tailStart;
    private bool _isReset;

    internal AttemptClock(TimeProvider time, CancellationToken aborted)
    {
        _time = time;
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Register(aborted);
    }

    private enum TimeLimit
    {
        Total,
        Headers,
        FirstToken,
        Idle,
        Deadline,
    }

    internal CancellationToken Token => _source.Token;

    internal bool ClientLeft => _aborted.IsCancellationRequested;

    /// <summary>What was waited for last.</summary>
    internal WaitPhase Phase { get; private set; }

    /// <summary>True when the attempt was broken off because the process ends.</summary>
    internal bool IsBrokenOff { get; private set; }

    /// <summary>True when the attempt was given up because another one answers.</summary>
    internal bool IsOutrun { get; private set; }

    /// <summary>Since the attempt began.</summary>
    internal TimeSpan Elapsed => _time.GetElapsedTime(_start);

    /// <summary>For another attempt, after <see cref="Stop"/>.</summary>
    internal AttemptClock Reuse(CancellationToken aborted)
    {
        if (!_isReset || _source.IsCancellationRequested) _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        Register(aborted);
        return this;
    }

    /// <summary>True when the request's deadline ended the attempt, and no limit of its own.</summary>
    internal bool MetDeadline => _armed == TimeLimit.Deadline && Token.IsCancellationRequested;

    /// <param name="limits">The attempt's own.</param>
    /// <param name="deadline">The request's, for all attempts together; null: none that would end one that runs.</param>
    /// <param name="left">What of it is left.</param>
    internal void Start(TimeoutConfig limits, TimeSpan? deadline = null, TimeSpan left = default)
    {
        _limits = limits;
        _start = _time.GetTimestamp();
        _tailStart = null;
        (_deadline, _left) = (deadline, deadline is null ? null : left);
    }

    /// <summary>The answer goes to the client: the deadline, which was for its beginning, is met.</summary>
    internal void Commit()
    {
        if (_left is null) return;
        _left = null;
        if (_armed == TimeLimit.Deadline && !_source.IsCancellationRequested) Pause(); // the next wait sets the limits of its own
    }

    internal void Enter(WaitPhase phase, bool stream)
    {
        Phase = phase;
        var elapsed = Elapsed;
        var left = _limits.Total - elapsed;
        (_armed, var limit) = phase switch
        {
            WaitPhase.Headers when _limits.Headers is { } headers && (!stream || headers < _limits.FirstToken) => (TimeLimit.Headers, headers - elapsed),

            // A plain answer may think for long before its headers: only the total limits it.
            // Of a stream, heartbeats and a role are no token: they do not start the wait anew.
            WaitPhase.Headers or WaitPhase.FirstToken when stream => (TimeLimit.FirstToken, _limits.FirstToken - elapsed),
            WaitPhase.Idle => (TimeLimit.Idle, _limits.Idle),
            WaitPhase.Tail => (TimeLimit.Idle, TailLeft()),
            _ => (TimeLimit.Total, left),
        };
        if (left < limit) (_armed, limit) = (TimeLimit.Total, left);
        if (_left is { } rest && rest - elapsed < limit) (_armed, limit) = (TimeLimit.Deadline, rest - elapsed);
        _source.CancelAfter(limit > TimeSpan.Zero ? limit : TimeSpan.Zero);
    }

    internal void Pause()
    {
        Phase = WaitPhase.Paused;
        _source.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <summary>The attempt is over, and no time limit ends anything any more.</summary>
    internal void Stop()
    {
        _registration.Dispose();

        // It also takes the timer off: once, and not once more when the next request begins.
        _isReset = _source.TryReset();
        if (_isReset) Phase = WaitPhase.Paused;
        else if (!_source.IsCancellationRequested) Pause();
    }

    /// <summary>Ends the attempt now, for the sake of the process. Called from another thread.</summary>
    internal void BreakOff()
    {
        IsBrokenOff = true;
        _source.Cancel();
    }

    /// <summary>Ends the attempt now, because another one answers. Called from another thread.</summary>
    internal void Outrun()
    {
        IsOutrun = true;
        _source.Cancel();
    }

    /// <summary>In words, for the error: which limit was met, and the line that sets it.</summary>
    internal string Describe(string provider) => _armed switch
    {
        TimeLimit.Headers => $"provider '{provider}' sent no response headers within {Text(_limits.Headers!.Value)} (timeouts.headers)",
        TimeLimit.FirstToken => $"provider '{provider}' sent no first token within {Text(_limits.FirstToken)} (timeouts.firstToken)",
        TimeLimit.Deadline => $"provider '{provider}' had not begun to answer when the request's {Text(_deadline!.Value)} were over (retry.deadline)",
        TimeLimit.Idle => $"provider '{provider}' sent nothing for {Text(_limits.Idle)} (timeouts.idle)",
        _ => $"provider '{provider}' did not finish within {Text(_limits.Total)} (timeouts.total)",
    };

    /// <summary>No connection came about in time.</summary>
    internal string DescribeConnect(string provider) => $"provider '{provider}' accepted no connection within {Text(_limits.Connect)} (timeouts.connect)";

    /// <summary>From the reason on, whatever else comes: heartbeats do not keep a finished stream open.</summary>
    private TimeSpan TailLeft()
    {
        _tailStart ??= _time.GetTimestamp();
        var left = (_limits.Idle < LongestTail ? _limits.Idle : LongestTail) - _time.GetElapsedTime(_tailStart.Value);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static string Text(TimeSpan limit) => string.Create(CultureInfo.InvariantCulture, $"{limit.TotalSeconds:0.###} s");

    private void Register(CancellationToken aborted)
    {
        _aborted = aborted;
        IsBrokenOff = IsOutrun = _isReset = false;
        Phase = WaitPhase.Paused;
        _registration = aborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }
}
