using System.Collections.Concurrent;
using Tollgate.Limits;

namespace Tollgate.Tests.Limits.Stores;

/// <summary>
/// Random requests at a counter store, many at the same time: some use what they reserved, some less or more, some are broken off, some are
/// settled twice, some too late, some never; limits are edited meanwhile. What the store says is compared with plain sums whenever nothing is
/// under way, and what it admits with the limit always. Knows nothing of the store but its interface: every store is run through it.
/// </summary>
internal sealed class CounterTraffic(ICounterStore store, TrafficOptions options)
{
    private readonly TrafficBucket[] _buckets = [.. Enumerable.Range(0, options.Buckets).Select(i => new TrafficBucket(options.Prefix, i, options.Limit))];
    private readonly ConcurrentQueue<TrafficReservation> _open = new();
    private readonly ConcurrentQueue<TrafficReservation> _forgotten = new();
    private ulong _reservations;
    private TimeSpan _clock;
    private int _admitted;

    /// <summary>Reservations that were admitted.</summary>
    public int Admitted => _admitted;

    /// <summary>Reservations that were refused.</summary>
    public int Refused => (int)_reservations - _admitted;

    public async Task RunAsync()
    {
        for (var round = 0; round < options.Rounds; round++)
        {
            var each = options.Operations / options.Rounds / options.Parallel;
            await Task.WhenAll(Enumerable.Range(0, options.Parallel).Select(worker => Task.Run(() => WorkAsync(new Random((options.Seed * 1_000_003) + (round * 1009) + worker), each))));
            await CompareAsync();
            await PassAsync(options.TimeToLive / 4);
            foreach (var bucket in _buckets) bucket.Raise(by: options.Operations / options.Rounds); // room for about half of what comes
        }

        await EndAsync();
    }

    private async Task WorkAsync(Random random, int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            if (await TryAsync(random) is { } reservation) _open.Enqueue(reservation);

            // As many end as begin, but not the same: what stays open is what others are refused for.
            if (_open.Count > options.Parallel * 2 && _open.TryDequeue(out var ended)) await FinishAsync(ended, random);
            if (i % 16 == 0) await Task.Yield();
        }
    }

    private async Task<TrafficReservation?> TryAsync(Random random)
    {
        var chosen = Enumerable.Range(0, random.Next(1, 5)).Select(_ => _buckets[random.Next(_buckets.Length)]).Distinct().ToArray();
        var claims = chosen.Select(bucket => bucket.Claim(random.Next(0, 60))).ToArray();
        var id = new ReservationId(options.Run, Interlocked.Increment(ref _reservations));
        var admission = await store.ReserveAsync(id, claims, options.TimeToLive, CancellationToken.None);
        if (!admission.IsAdmitted)
        {
            claims[admission.Tightest].IsShadow.ShouldBeFalse("a limit in shadow mode refuses nobody");
            return null;
        }

        Interlocked.Increment(ref _admitted);
        var reservation = new TrafficReservation(id, chosen, claims, _clock + options.TimeToLive);
        reservation.Begin();
        return reservation;
    }

    private Task FinishAsync(TrafficReservation reservation, Random random)
    {
        if (options.Advance is null || random.Next(10) > 0) return SettleAsync(reservation, random);
        _forgotten.Enqueue(reservation); // it ends by itself
        return Task.CompletedTask;
    }

    private Task SettleAsync(TrafficReservation reservation, Random random) => random.Next(10) switch
    {
        0 => reservation.SettleAsync(store, _ => 0, twice: false),
        1 => reservation.SettleAsync(store, amount => amount + random.Next(20), twice: false),
        2 => reservation.SettleAsync(store, amount => amount / 2, twice: true),
        _ => reservation.SettleAsync(store, amount => random.NextInt64(amount + 1) / 4, twice: false),
    };

    /// <summary>What is open for too long runs out, and may still be settled; what is forgotten never is.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        if (options.Advance is not { } advance) return;
        await advance(time);
        _clock += time;
        foreach (var reservation in _open.Concat(_forgotten).Where(r => r.Expires <= _clock)) reservation.RunOut();
    }

    private async Task CompareAsync()
    {
        foreach (var bucket in _buckets)
        {
            ((long?)bucket.Expected).ShouldBe(await store.ReadAsync(bucket.Id, bucket.Window, CancellationToken.None), $"{bucket.Id}, seed {options.Seed}");
            if (!bucket.IsShadow && bucket.Pool == 0) bucket.Highest.ShouldBeLessThanOrEqualTo(bucket.Limit, $"{bucket.Id}, seed {options.Seed}");
        }
    }

    /// <summary>Half of what is open is settled, the rest runs out: then nothing may be held, and what was used is what is counted.</summary>
    private async Task EndAsync()
    {
        var random = new Random(options.Seed);
        while (_open.TryDequeue(out var reservation))
        {
            if (options.Advance is null || random.Next(2) == 0) await reservation.SettleAsync(store, amount => amount, twice: false);
        }

        if (options.Advance is { } advance) await advance(options.TimeToLive + TimeSpan.FromSeconds(1));
        foreach (var bucket in _buckets) (await store.ReadAsync(bucket.Id, bucket.Window, CancellationToken.None)).ShouldBe(bucket.Settled, $"{bucket.Id}, seed {options.Seed}");
    }
}
