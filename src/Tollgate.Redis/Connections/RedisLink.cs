using Microsoft.Extensions.Logging;

namespace Tollgate.Redis.Connections;

/// <summary>
/// A connection that comes back. Right after a loss, and at the start, callers wait for the first attempt; while attempts fail they are told
/// so at once instead of queueing up.
/// </summary>
internal sealed class RedisLink : IAsyncDisposable
{
    // One that ends sooner than this was none: the next attempt waits as after a failure.
    private static readonly TimeSpan Proven = TimeSpan.FromSeconds(1);

    private readonly RedisEndPoint _endPoint;
    private readonly int _place;
    private readonly Connector _connector;
    private readonly Backoff _backoff;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;
    private TaskCompletionSource<RedisConnection?> _ready = NewReady();
    private string _reason = "not connected yet";

    internal RedisLink(RedisEndPoint endPoint, int place, Connector connector, Backoff backoff, ILogger logger)
    {
        (_endPoint, _place, _connector, _backoff, _logger) = (endPoint, place, connector, backoff, logger);
        _run = RunAsync();
    }

    /// <summary>True unless the last attempt failed.</summary>
    internal bool IsUp => Volatile.Read(ref _ready).Task is not { IsCompletedSuccessfully: true, Result: null };

    internal ValueTask<RedisReply> SendAsync(ReadOnlyMemory<byte> command, ReadOnlyMemory<byte> prelude = default)
    {
        var ready = Volatile.Read(ref _ready).Task;
        if (!ready.IsCompletedSuccessfully) return WaitAndSendAsync(ready, command, prelude);
        return ready.Result is { } connection ? connection.SendAsync(command, prelude) : new(RedisReply.NotSent($"{_endPoint}: {_reason}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async ValueTask<RedisReply> WaitAndSendAsync(Task<RedisConnection?> ready, ReadOnlyMemory<byte> command, ReadOnlyMemory<byte> prelude)
    {
        try
        {
            return await ready.WaitAsync(_connector.Options.Timeout, _connector.Time).ConfigureAwait(false) is { } connection
                ? await connection.SendAsync(command, prelude).ConfigureAwait(false)
                : RedisReply.NotSent($"{_endPoint}: {_reason}");
        }
        catch (TimeoutException)
        {
            return RedisReply.NotSent($"{_endPoint}: not connected yet");
        }
    }

    private async Task RunAsync()
    {
        var (failures, isAnnounced) = (0, false);
        while (!_stop.IsCancellationRequested)
        {
            var (since, lasted) = (_connector.Time.GetTimestamp(), false);
            if (await TryOpenAsync().ConfigureAwait(false) is { } connection)
            {
                if (isAnnounced) RedisLog.Connected(_logger, _endPoint);
                isAnnounced = false;
                await UseAsync(connection).ConfigureAwait(false);
                lasted = _connector.Time.GetElapsedTime(since) > Proven;
            }

            if (_stop.IsCancellationRequested) break;
            if (!isAnnounced) RedisLog.Lost(_logger, _endPoint, _reason);
            isAnnounced = true;
            failures = lasted ? 0 : failures + 1;
            if (!lasted) await PauseAsync(failures).ConfigureAwait(false);
        }

        Volatile.Read(ref _ready).TrySetResult(null);
    }

    private async Task<RedisConnection?> TryOpenAsync()
    {
        try
        {
            return await _connector.OpenAsync(_endPoint, _place, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RedisConnectException or OperationCanceledException)
        {
            _reason = e.Message;
            return null;
        }
    }

    private async Task UseAsync(RedisConnection connection)
    {
        if (!Volatile.Read(ref _ready).TrySetResult(connection))
        {
            var ready = NewReady();
            ready.SetResult(connection);
            Volatile.Write(ref _ready, ready);
        }

        using (_stop.Token.Register(connection.Dispose)) _reason = await connection.Closed.ConfigureAwait(false);
        Volatile.Write(ref _ready, NewReady());
    }

    private async Task PauseAsync(int failures)
    {
        Volatile.Read(ref _ready).TrySetResult(null);
        try
        {
            await Task.Delay(_backoff.After(failures), _connector.Time, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The loop ends.
        }
    }

    private static TaskCompletionSource<RedisConnection?> NewReady() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
