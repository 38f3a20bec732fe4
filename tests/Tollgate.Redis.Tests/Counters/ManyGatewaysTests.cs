using System.Globalization;
using Tollgate.Limits;

namespace Tollgate.Redis.Tests.Counters;

/// <summary>Several gateways on one Redis, all at once, some of which die.</summary>
public sealed class ManyGatewaysTests
{
    private const long Limit = 100_000;
    private const int Buckets = 8;

    // TOLLGATE_OPERATIONS sets how many are made: a million before a release.
    private static readonly int Operations = int.Parse(Environment.GetEnvironmentVariable("TOLLGATE_OPERATIONS") ?? "20000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task What_is_charged_is_what_was_settled_and_never_more_is_admitted_than_there_is()
    {
        await using var server = await RedisServer.StartAsync();
        var story = new Story(Buckets);
        var stores = Enumerable.Range(0, 3).Select(_ => Clients.At(server.Port).Store()).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 48).Select(i => RunAsync(stores[i % stores.Length], new Random(i), story)));

        story.Admitted.ShouldBeGreaterThan(0);
        story.Refused.ShouldBeGreaterThan(0, "the limits were never reached, so nothing was shown");
        for (var i = 0; i < Buckets; i++)
        {
            await stores[i % stores.Length].EventuallyAsync($"{i}", story.Settled(i)); // when the reservations of the dead have ended
            story.Settled(i).ShouldBeLessThanOrEqualTo(Limit + story.Overrun(i));
        }

        foreach (var store in stores) await store.DisposeAsync();
    }

    private static async Task RunAsync(ICounterStore store, Random chance, Story story)
    {
        for (var i = 0; i < Operations / 48; i++)
        {
            var (first, second) = (chance.Next(Buckets), chance.Next(Buckets));
            BucketClaim[] claims = [Claims.Of($"{first}", chance.NextInt64(1, 400), Limit), Claims.Of($"{second}", chance.NextInt64(1, 400), Limit)];
            var (id, dies) = (Claims.NewId(), chance.Next(10) == 0);
            var admission = await store.ReserveAsync(id, claims, dies ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromMinutes(5), default);
            admission.IsUncertain.ShouldBeFalse();
            story.Note(admission.IsAdmitted);
            if (!admission.IsAdmitted || dies) continue;

            // Fewer tokens than reserved, mostly; sometimes more; sometimes the client had left.
            var used = claims.Select(claim => chance.Next(8) switch { 0 => 0, 1 => claim.Amount + chance.NextInt64(50), _ => chance.NextInt64(claim.Amount + 1) }).ToArray();
            story.Settle(first, claims[0].Amount, used[0]);
            story.Settle(second, claims[1].Amount, used[1]);
            for (var times = chance.Next(5) == 0 ? 2 : 1; times > 0; times--) await store.SettleAsync(id, claims, used);
        }
    }

    private sealed class Story(int buckets)
    {
        private readonly long[] _settled = new long[buckets];
        private readonly long[] _overrun = new long[buckets];
        private long _admitted;
        private long _refused;

        internal long Admitted => _admitted;

        internal long Refused => _refused;

        internal long Settled(int bucket) => _settled[bucket];

        /// <summary>What was used beyond what was reserved: the bound of exact counters.</summary>
        internal long Overrun(int bucket) => _overrun[bucket];

        internal void Note(bool isAdmitted) => Interlocked.Increment(ref isAdmitted ? ref _admitted : ref _refused);

        internal void Settle(int bucket, long reserved, long used)
        {
            Interlocked.Add(ref _settled[bucket], used);
            Interlocked.Add(ref _overrun[bucket], Math.Max(0, used - reserved));
        }
    }
}
