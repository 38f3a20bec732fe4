using Tollgate.Configuration;

namespace Tollgate.Routing.Health;

/// <summary>
/// Keeps requests away from what fails. Pure: it is told what came of attempts, and answers whether another may be made.
/// <code>
///            failures in a row, or too many in the window
///   closed ───────────────────────────────────────────────► open ──(rest)──► one probe
///      ▲                                                      ▲                │    │
///      └──────────────────── it succeeds ─────────────────────┼────────────────┘    │
///                                                             └── it fails: longer ─┘
/// </code>
/// Beside that it rests as long as the provider asks (<c>retry-after</c>), and is free again then without a probe: what is busy is not broken.
/// </summary>
internal sealed class Circuit
{
    /// <summary>Each rest is this much longer than the one before, up to the longest.</summary>
    private const double Growth = 1.6;

    /// <summary>A rest is shortened by up to this share, so that gateways that saw the same fault do not come back together.</summary>
    private const double Jitter = 0.25;

    /// <summary>With nobody else to ask, the probe comes after this part of the rest.</summary>
    private const int EarlyPart = 4;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Func<double> _chance;
    private HealthConfig _limits = new();
    private RateWindow? _window;
    private volatile bool _barred;

    // False: there will never be enough attempts for a rate, as of keys, and counting them would be for nothing.
    private volatile bool _countsRate;
    private int _inARow;
    private int _growth;
    private bool _open;
    private long _probe; // number of the probe that is out; 0: none
    private long _probes;
    private long _openedAt;
    private long _returnAt;
    private long _closedAt;
    private long _restUntil;

    internal Circuit(TimeProvider time, Func<double> chance)
    {
        (_time, _chance) = (time, chance);
        _closedAt = long.MinValue;
    }

    /// <summary>Raised when it opens (with the rest) and when it closes (with zero). Under its lock: do nothing slow.</summary>
    internal event Action<TimeSpan>? Changed;

    /// <summary>How often it has opened.</summary>
    internal long Ejections { get; private set; }

    /// <summary>True in nearly every case, and the only thing that a request reads then.</summary>
    internal bool IsFree => !_barred;

    /// <summary>True when too much has failed; a rest that the provider asked for does not count.</summary>
    internal bool IsOpen => _barred && _open;

    /// <summary>True while the one request that may try is out.</summary>
    internal bool IsProbing => _barred && _probe != 0;

    /// <summary>Takes over the limits of a new generation. What has been counted stays, unless the window is another.</summary>
    internal void Configure(HealthConfig limits)
    {
        lock (_lock)
        {
            if (_window is null || limits.Window != _limits.Window) _window = new RateWindow(limits.Window, _time);
            _limits = limits;
            _countsRate = limits.MinRequests < RateWindow.TooMany;
            if (!limits.Enabled) Close();
        }
    }

    internal Standing Look()
    {
        if (!_barred) return Standing.Free;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            if (now < _restUntil) return Standing.Out;
            if (_open) return now >= _returnAt && _probe == 0 ? Standing.ProbeDue : Standing.Out;
            _barred = false;
            return Standing.Free;
        }
    }

    /// <summary>How long until it may be asked again; zero when it may be now.</summary>
    internal TimeSpan ReturnsIn()
    {
        if (!_barred) return TimeSpan.Zero;
        lock (_lock)
        {
            var until = Math.Max(_restUntil, _open ? _returnAt : 0);
            var left = _time.GetElapsedTime(_time.GetTimestamp(), until);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Takes the only permit for a probe. Whoever has it must tell what came of it, if only <see cref="Abandon"/>.</summary>
    /// <param name="early">Nobody else can be asked, so that waiting for the whole rest would help nobody.</param>
    /// <returns>Its number; 0 when there is none to have.</returns>
    internal long TryProbe(bool early = false)
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            if (!_open || _probe != 0 || now < _restUntil) return 0;
            if (now < (early ? _openedAt + ((_returnAt - _openedAt) / EarlyPart) : _returnAt)) return 0;
            return _probe = ++_probes;
        }
    }

    /// <summary>Nothing is known of the attempt: its client left, or it was never made.</summary>
    internal void Abandon(long probe)
    {
        lock (_lock)
        {
            if (IsOut(probe)) _probe = 0;
        }
    }

    internal void Succeed(long probe)
    {
        if (!_limits.Enabled) return;
        if (!_barred)
        {
            if (Volatile.Read(ref _inARow) != 0) Volatile.Write(ref _inARow, 0);
            if (_countsRate) _window!.Count(failed: false);
            return;
        }

        lock (_lock)
        {
            if (!_open) _inARow = 0;
            if (IsOut(probe)) Close(); // what began before it opened proves nothing
        }
    }

    internal void Fail(long probe)
    {
        if (!_limits.Enabled) return;
        lock (_lock)
        {
            if (_open)
            {
                if (IsOut(probe)) Open();
                return;
            }

            _inARow++;
            if (_countsRate) _window!.Count(failed: true);
            if (_inARow >= _limits.Failures || IsRateTooHigh()) Open();
        }
    }

    /// <summary>It failed in a way that leaves no doubt: out at once.</summary>
    internal void Trip(long probe)
    {
        if (!_limits.Enabled) return;
        lock (_lock)
        {
            if (!_open || IsOut(probe)) Open();
        }
    }

    /// <summary>The provider asks to be left alone, and is, but not for longer than the longest rest: then it is asked whether it still means it.</summary>
    internal void Rest(TimeSpan wanted)
    {
        if (!_limits.Enabled || wanted <= TimeSpan.Zero) return;
        lock (_lock)
        {
            var until = _time.GetTimestamp() + Ticks(wanted < _limits.MaxRest ? wanted : _limits.MaxRest);
            if (until > _restUntil) _restUntil = until;
            _barred = true;
        }
    }

    /// <summary>As new: the key was replaced, or somebody found out that all is well.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            if (_open) _closedAt = _time.GetTimestamp();
            var wasOpen = _open;
            _open = _barred = false;
            _probe = 0;
            _inARow = 0;
            _restUntil = 0;
            _window = new RateWindow(_limits.Window, _time); // the failures that opened it are paid for
            if (wasOpen) Changed?.Invoke(TimeSpan.Zero);
        }
    }

    /// <summary>The next request may be the probe.</summary>
    internal void ReturnNow()
    {
        lock (_lock) _returnAt = Math.Min(_returnAt, _time.GetTimestamp());
    }

    // A probe from before the circuit closed or opened anew decides nothing any more.
    private bool IsOut(long probe) => probe != 0 && probe == _probe;

    private bool IsRateTooHigh()
    {
        if (!_countsRate) return false;
        var (total, failed) = _window!.Read();
        return total >= _limits.MinRequests && failed * 100 >= total * _limits.ErrorRate;
    }

    private void Open()
    {
        var now = _time.GetTimestamp();

        // What opens again soon after it has closed was not well: its rests go on growing.
        var relapsed = _open || (_closedAt != long.MinValue && _time.GetElapsedTime(_closedAt, now) < _limits.MaxRest);
        _growth = relapsed ? _growth + 1 : 0;
        var rest = _limits.Rest * Math.Pow(Growth, Math.Min(_growth, 40));
        if (rest > _limits.MaxRest) rest = _limits.MaxRest;
        rest *= 1 - (Jitter * _chance());
        (_openedAt, _returnAt) = (now, now + Ticks(rest));
        _open = _barred = true;
        _probe = 0;
        Ejections++;
        Changed?.Invoke(rest);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
