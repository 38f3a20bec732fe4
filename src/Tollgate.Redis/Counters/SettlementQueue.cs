using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Tollgate.Redis.Connections;
using Tollgate.Redis.Scripts;

namespace Tollgate.Redis.Counters;

/// <summary>
/// Settlements that did not get through. They are repeated until they do: one that was never sent for as long as there is room, one that may have
/// been carried out only while the server remembers that, so that nothing is counted twice.
/// </summary>
internal sealed class SettlementQueue : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDoubt = CounterScripts.Memory / 2;

    private readonly Queue<Settlement> _waiting = new();
    private readonly Lock _lock = new();
    private readonly IRedis _redis;
    private readonly RedisScript _settle;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _most;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;
    private long _lost;

    internal SettlementQueue(IRedis redis, RedisScript settle, TimeProvider time, ILogger logger, int most = 10_000)
    {
        (_redis, _settle, _time, _logger, _most) = (redis, settle, time, logger, most);
        _run = RunAsync();
    }

    /// <summary>How many wait.</summary>
    internal int Count
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    /// <summary>How many were given up.</summary>
    internal long Lost => Interlocked.Read(ref _lost);

    /// <summary>Sends settlements of one group, those of one counter together; what does not get through is kept.</summary>
    internal async ValueTask SendAsync(List<Settlement> settlements)
    {
        var arguments = CounterScripts.ToSettle(CollectionsMarshal.AsSpan(settlements));
        var reply = await _settle.RunAsync(_redis, arguments).ConfigureAwait(false);
        arguments.Return();
        if (!reply.IsGood) await FailedAsync(settlements, reply, wasAlone: settlements.Count == 1).ConfigureAwait(false);
    }

    /// <summary>They did not get through.</summary>
    /// <param name="settlements">Of one group.</param>
    /// <param name="reply">What was said.</param>
    /// <param name="wasAlone">True: it is about this one. Else the server may have refused another one that was with it, so that each is tried by itself.</param>
    internal async ValueTask FailedAsync(List<Settlement> settlements, RedisReply reply, bool wasAlone)
    {
        foreach (var one in settlements)
        {
            if (wasAlone || reply.Delivery != Delivery.Answered) Keep(one, reply);
            else await SendAsync([one]).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        while (Count > 0 && await RepeatAsync().ConfigureAwait(false))
        {
            // On to the next batch: the store is there.
        }

        if (Count is > 0 and var left) RedisLog.SettlementsLost(_logger, Lost + left, "the gateway ends");
        _stop.Dispose();
    }

    private void Keep(Settlement waiting, in RedisReply reply)
    {
        var now = _time.GetTimestamp();
        if (reply.Delivery == Delivery.Unknown) waiting = waiting with { DoubtSince = waiting.DoubtSince ?? now };
        var isHopeless = reply.Delivery == Delivery.Answered && (reply.Value.IsErrorOf("ERR"u8) || reply.Value.IsErrorOf("WRONGTYPE"u8));
        if (isHopeless || (waiting.DoubtSince is { } since && _time.GetElapsedTime(since, now) > LongestDoubt))
        {
            Lose(reply.Complaint);
            return;
        }

        lock (_lock)
        {
            _waiting.Enqueue(waiting);
            if (_waiting.Count <= _most) return;
            _waiting.Dequeue();
        }

        Lose($"{_most} settlements wait already");
    }

    private void Lose(string reason)
    {
        if (Interlocked.Increment(ref _lost) is var lost && (lost & (lost - 1)) == 0) RedisLog.SettlementsLost(_logger, lost, reason);
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                while (_redis.IsUp && Count > 0 && await RepeatAsync().ConfigureAwait(false))
                {
                    // On to the next batch: the store is there.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway ends.
        }
    }

    /// <summary>Sends some again. True: they got through.</summary>
    private async Task<bool> RepeatAsync()
    {
        var some = new List<Settlement>(Settlements.MostTogether);
        lock (_lock)
        {
            while (some.Count < Settlements.MostTogether && _waiting.TryDequeue(out var waiting)) some.Add(waiting);
        }

        var before = Count;
        await Task.WhenAll(some.GroupBy(one => one.Counter.Group).Select(group =>
        {
            List<Settlement> together = [.. group];
            CounterScripts.Sort(together);
            return SendAsync(together).AsTask();
        })).ConfigureAwait(false);
        return Count <= before;
    }
}
