using Microsoft.Extensions.Logging;
using Tollgate.Telemetry;

namespace Tollgate.Credentials;

/// <summary>
/// One identity, kept fresh in the background: asked for at the start and again ahead of its expiry, by one call at a time. While the
/// identity service fails, the last identity is used until it expires; from then on requests fail at once instead of queueing up.
/// </summary>
internal sealed class Renewal(string name, IdentitySource source, TimeProvider time, Chance chance, ILogger logger) : IDisposable
{
    private static readonly TimeSpan FetchLimit = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private volatile Identity? _identity;
    private volatile IdentityException? _failure;
    private Task? _fetch;
    private Task? _loop;
    private int _failures;

    /// <summary>What is written where there is no identity.</summary>
    internal string Mend => source.Mend;

    /// <summary>The identity if it is good at that time; null: wait for one.</summary>
    internal Identity? At(DateTimeOffset now) => _identity is { } identity && !(identity.Expires <= now) ? identity : null;

    /// <summary>Begins to renew. Once; later calls do nothing.</summary>
    internal void Start()
    {
        lock (_lock)
        {
            if (!_stop.IsCancellationRequested) _loop ??= RunAsync();
        }
    }

    /// <summary>The first identity, or the next one when the last has expired.</summary>
    /// <exception cref="IdentityException">There is none, or none came in time.</exception>
    internal async ValueTask<Identity> WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await Fetching().WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new IdentityException($"the identity service has not answered within {patience.TotalSeconds} s", e);
        }

        if (At(time.GetUtcNow()) is { } identity) return identity;

        // A new one for each request: an exception that is thrown in several places at once loses its stack.
        throw new IdentityException(_failure?.Message ?? "the identity has expired, and there is no new one", _failure);
    }

    public void Dispose()
    {
        lock (_lock) _stop.Cancel();
    }

    // Nothing to wait for when an identity has just come, or when the service has failed and its back-off lasts.
    private Task Fetching()
    {
        lock (_lock)
        {
            var isOver = At(time.GetUtcNow()) is not null || (_fetch is null && (_failure is not null || _stop.IsCancellationRequested));
            return isOver ? Task.CompletedTask : Fetch();
        }
    }

    private Task Fetch()
    {
        lock (_lock) return _fetch ??= Task.Run(FetchAsync);
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await Fetch().ConfigureAwait(false);
                await Task.Delay(RenewalPlan.Pause(_identity?.Expires - time.GetUtcNow(), _failures, chance.Next()), time, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // No generation of the configuration uses it any longer.
        }
    }

    private async Task FetchAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(FetchLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
            using var call = new CancellationTokenSource();
            using var ending = either.Token.UnsafeRegister(static call => End((CancellationTokenSource)call!), call);
            _identity = await source.FetchAsync(call.Token).ConfigureAwait(false);
            Succeed();
        }
        catch (Exception e)
        {
            // Whatever a vendor's SDK throws: it must not end the renewal.
            if (!_stop.IsCancellationRequested) Fail(e);
        }
        finally
        {
            lock (_lock) _fetch = null;
        }
    }

    /// <summary>A vendor's SDK may throw at whoever ends its call, such as one that has not started its process yet: that would end a shutdown, or, from a timer, the process.</summary>
    private static void End(CancellationTokenSource call)
    {
        try
        {
            call.Cancel();
        }
        catch (AggregateException)
        {
            // The call is cancelled all the same, and what becomes of it is seen where it is waited for.
        }
    }

    private void Succeed()
    {
        if (_failures > 0) Log.IdentityRecovered(logger, name);
        _failure = null;
        _failures = 0;
    }

    private void Fail(Exception e)
    {
        _failures++;
        _failure = e as IdentityException ?? new IdentityException(e is OperationCanceledException ? $"the identity service has not answered within {FetchLimit.TotalSeconds} s" : e.Message, e);
        Log.IdentityFailed(logger, name, At(time.GetUtcNow()) is null ? "it cannot be called" : "the last identity is used until it expires", _failure.Message, source.Mend);
    }
}
