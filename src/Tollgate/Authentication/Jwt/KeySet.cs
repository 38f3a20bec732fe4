using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using Tollgate.Telemetry;

namespace Tollgate.Authentication.Jwt;

/// <summary>
/// The keys of one issuer, fetched ahead and read again in the background. The last good set is kept for as long as nothing better comes:
/// an issuer that cannot be reached does not make a good token bad.
/// </summary>
internal sealed class KeySet(KeySource source, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>How long a request waits for keys.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _ended = new();
    private volatile PublicKeys? _current;
    private volatile bool _hasFailed;
    private Task _reading = Task.CompletedTask;
    private long _nextDemand;
    private ITimer? _timer;

    /// <summary>The last good set; null when there was never one. The same object as long as nothing has changed.</summary>
    internal PublicKeys? Current => _current;

    /// <summary>Reads it now and from then on.</summary>
    internal void Start()
    {
        lock (_lock)
        {
            if (_timer is not null) return;
            _timer = time.CreateTimer(_ => _ = ReadAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _ = ReadAsync();
    }

    /// <summary>Keys that may have signed a token. Null: that cannot be told now, because no set was ever had, or the key is new and the set cannot be read.</summary>
    internal ValueTask<SecurityKey[]?> FindAsync(string? keyId) =>
        _current?.Find(keyId) is { Length: > 0 } known ? new ValueTask<SecurityKey[]?>(known) : DemandAsync(keyId);

    private async ValueTask<SecurityKey[]?> DemandAsync(string? keyId)
    {
        try
        {
            // A reading that runs may be older than the key: what it brings is looked at, and then another one may be asked for.
            await Reading().WaitAsync(Patience, time).ConfigureAwait(false);
            if (_current?.Find(keyId) is { Length: > 0 } known) return known;
            if (MayDemand()) await ReadAsync().WaitAsync(Patience, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }

        if (_current?.Find(keyId) is { Length: > 0 } found) return found;
        return _current is null || _hasFailed ? null : [];
    }

    // A flood of tokens with made-up key ids must not become a flood at the issuer. Who waits for a reading that runs adds nothing.
    private bool MayDemand()
    {
        lock (_lock)
        {
            if (!_reading.IsCompleted) return true;
            var now = time.GetTimestamp();
            if (now < _nextDemand) return false;
            _nextDemand = source.Pause == TimeSpan.MaxValue ? long.MaxValue : now + (long)(source.Pause.TotalSeconds * time.TimestampFrequency);
            return true;
        }
    }

    private Task Reading()
    {
        lock (_lock) return _reading;
    }

    private Task ReadAsync()
    {
        lock (_lock)
        {
            if (_reading.IsCompleted && !_ended.IsCancellationRequested) _reading = ReadOnceAsync();
            return _reading;
        }
    }

    private async Task ReadOnceAsync()
    {
        try
        {
            var text = await source.ReadAsync(_ended.Token).ConfigureAwait(false);
            if (_current?.Text != text) _current = PublicKeys.Parse(text);
            if (_hasFailed) Log.KeySetRecovered(logger, source.Name);
            _hasFailed = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            if (!_hasFailed) Log.KeySetFailed(logger, source.Name, _current is null ? "tokens cannot be judged" : "the keys of before stay in force", e.Message);
            _hasFailed = true;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        var next = _hasFailed && source.Interval > Retry ? Retry : source.Interval;
        lock (_lock)
        {
            if (!_ended.IsCancellationRequested) _timer?.Change(next, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _ended.Cancel();
            _timer?.Dispose();
        }
    }
}
