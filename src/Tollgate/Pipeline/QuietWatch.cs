using System.Threading.Tasks.Sources;

namespace Tollgate.Pipeline;

/// <summary>
/// Waits for a provider's bytes, and comes back meanwhile whenever the client has heard nothing for an interval. Pooled with its request:
/// one timer that is set when a stream begins to wait, nothing allocated for a read.
/// </summary>
#pragma warning disable CA1001 // The timer is off between requests, and the watch lives as long as its pooled request.
internal sealed class QuietWatch : IValueTaskSource<bool>
#pragma warning restore CA1001
{
    private const int Idle = 0;
    private const int Waiting = 1;

    private readonly Action _onRead;
    private ManualResetValueTaskSourceCore<bool> _core;
    private TimeProvider _time = TimeProvider.System;
    private ITimer? _timer;
    private TimeSpan _interval;
    private long _heard;
    private int _state;
    private bool _isArmed;
    private bool _isRegistered;
    private volatile bool _isRead;
    private volatile bool _isLive;
    private volatile bool _isOverdue;

    internal QuietWatch() => _onRead = OnRead;

    /// <summary>A stream begins. Its client has just heard something.</summary>
    internal void Begin(TimeProvider time, TimeSpan interval)
    {
        if (!ReferenceEquals(_time, time))
        {
            _timer?.Dispose();
            (_timer, _time) = (null, time);
        }

        (_interval, _isRegistered, _isArmed, _isOverdue, _isLive) = (interval, false, false, false, true);
        Heard();
    }

    /// <summary>The client was sent something.</summary>
    internal void Heard() => Volatile.Write(ref _heard, _time.GetTimestamp());

    /// <summary>Nothing is waited for any more.</summary>
    internal void End()
    {
        if (!_isLive) return;
        _isLive = false;
        if (_isArmed) _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True: the read has ended, and its result is the caller's to take. False: an interval has passed; wait again, with the same read.</summary>
    internal ValueTask<bool> WaitAsync(in ValueTask<int> read)
    {
        _core.Reset();
        Interlocked.Exchange(ref _state, Waiting);
        Arm();
        if (_isRegistered)
        {
            if (_isRead) Decide(isRead: true);
        }
        else
        {
            _isRead = false;
            _isRegistered = true;
            read.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_onRead);
        }

        if (_isOverdue) TellLate();
        return new ValueTask<bool>(this, _core.Version);
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        var isRead = _core.GetResult(token);
        if (isRead) _isRegistered = false;
        return isRead;
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void OnRead()
    {
        _isRead = true;
        Decide(isRead: true);
    }

    /// <summary>Whoever comes first, the read or the timer, ends the wait; the other one finds it ended.</summary>
    private void Decide(bool isRead)
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Waiting) != Waiting) return;
        _isOverdue = false;
        _core.SetResult(isRead);
    }

    /// <summary>The timer came when nobody waited.</summary>
    private void TellLate()
    {
        _isOverdue = false;
        if (Quiet >= _interval) Decide(isRead: false);
    }

    private TimeSpan Quiet => _time.GetElapsedTime(Volatile.Read(ref _heard));

    private void Arm()
    {
        if (_isArmed) return;
        _isArmed = true;
        _timer ??= Create();
        var left = _interval - Quiet;
        _isOverdue = left <= TimeSpan.Zero;
        _timer.Change(_isOverdue ? _interval : left, Timeout.InfiniteTimeSpan);
    }

    private ITimer Create()
    {
        // What the first request of a pooled one carries along must not stay with it.
        if (ExecutionContext.IsFlowSuppressed()) return _time.CreateTimer(Tick, this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var suppressed = ExecutionContext.SuppressFlow();
        return _time.CreateTimer(Tick, this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private static void Tick(object? watch) => ((QuietWatch)watch!).Tick();

    /// <summary>The timer is not set anew with every byte: what has been heard since then puts it off here. A late one of a stream that is over does nothing.</summary>
    private void Tick()
    {
        if (!_isLive) return;
        var left = _interval - Quiet;
        _timer!.Change(left > TimeSpan.Zero ? left : _interval, Timeout.InfiniteTimeSpan);
        if (left > TimeSpan.Zero) return;
        _isOverdue = true; // before it is known whether somebody waits: who begins to wait now looks at it
        Decide(isRead: false);
    }
}
