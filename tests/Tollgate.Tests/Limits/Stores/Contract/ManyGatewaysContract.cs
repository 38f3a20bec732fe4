using System.Globalization;
using Tollgate.Limits;

namespace Tollgate.Tests.Limits.Stores;

/// <summary>Several gateways over the same counters, all at once, some of whose requests never end.</summary>
public abstract class ManyGatewaysContract : StoreContract
{
    private const long Limit = 100_000;
    private const int Buckets = 4;
    private const int Gateways = 3;
    private const int Runners = 24;

    // TOLLGATE_OPERATIONS sets how many are made: a million before a release.
    private static readonly int Operations = int.Parse(Environment.GetEnvironmentVariable("TOLLGATE_OPERATIONS") ?? "20000", CultureInfo.InvariantCulture);

    // Where a store has just heard that there is no more, it refuses at once for a while: all operations may fall into that while slices are on their way.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly long _since = TimeProvider.System.GetTimestamp();
    private readonly long[] _settled = new long[Buckets];
    private readonly long[] _overrun = new long[Buckets];
    private readonly long[] _answers = new long[2];

    /// <summary>The part of a limit that is granted at least while more is wanted.</summary>
    protected abstract double Granted { get; }

    [Fact]
    public async Task What_is_charged_is_what_was_settled_and_never_more_is_admitted_than_there_is()
    {
        var stores = new List<ICounterStore>();
        for (var i = 0; i < Gateways; i++) stores.Add(await StoreAsync());
        await Task.WhenAll(Enumerable.Range(0, Runners).Select(i => RunAsync(stores[i % Gateways], new Random(i))));

        _answers[1].ShouldBeGreaterThan(0);
        _answers[0].ShouldBeGreaterThan(0, "the limits were never reached, so nothing was shown");
        foreach (var store in stores[1..]) await CloseAsync(store); // tells what it did not tell yet
        for (var i = 0; i < Buckets; i++)
        {
            await stores[0].EventuallyAsync($"{i}", _settled[i]); // when the reservations that nobody ended have run out
            _settled[i].ShouldBeInRange((long)(Limit * Granted), Limit + _overrun[i]);
        }
    }

    private bool IsTooLittleGranted =>
        TimeProvider.System.GetElapsedTime(_since) < Longest && Array.Exists(_settled, settled => settled < Limit * Granted);

    private async Task RunAsync(ICounterStore store, Random chance)
    {
        for (var i = 0; i < Operations / Runners || IsTooLittleGranted; i++)
        {
            if (i >= Operations / Runners) await Task.Delay(Pause);
            var (first, second) = (chance.Next(Buckets), chance.Next(Buckets));
            BucketClaim[] claims = [Claims.Of($"{first}", chance.NextInt64(1, 400), Limit), Claims.Of($"{second}", chance.NextInt64(1, 400), Limit)];
            var (id, isForgotten) = (Claims.NewId(), chance.Next(10) == 0);
            var admission = await store.ReserveAsync(id, claims, isForgotten ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromMinutes(5), default);
            admission.IsUncertain.ShouldBeFalse();
            Interlocked.Increment(ref _answers[admission.IsAdmitted ? 1 : 0]);
            if (!admission.IsAdmitted || isForgotten) continue;

            // Fewer tokens than reserved, mostly; sometimes more; sometimes the client had left.
            var used = claims.Select(claim => chance.Next(8) switch { 0 => 0, 1 => claim.Amount + chance.NextInt64(50), _ => chance.NextInt64(claim.Amount + 1) }).ToArray();
            Note(first, claims[0].Amount, used[0]);
            Note(second, claims[1].Amount, used[1]);
            for (var times = chance.Next(5) == 0 ? 2 : 1; times > 0; times--) await store.SettleAsync(id, claims, used);
        }
    }

    private void Note(int bucket, long reserved, long used)
    {
        Interlocked.Add(ref _settled[bucket], used);
        Interlocked.Add(ref _overrun[bucket], Math.Max(0, used - reserved));
    }
}
