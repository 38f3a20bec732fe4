using System.Globalization;
using Tollgate.Limits;
using Tollgate.Postgres.Counters;

namespace Tollgate.Postgres.Tests.Counters;

/// <summary>Several gateways on one PostgreSQL, all at once, some of whose requests never end.</summary>
public sealed class ManyGatewaysTests(PostgresFixture postgres)
{
    private const long Limit = 100_000;
    private const int Buckets = 4;
    private const int Runners = 24;

    // TOLLGATE_OPERATIONS sets how many are made: a million before a release.
    private static readonly int Operations = int.Parse(Environment.GetEnvironmentVariable("TOLLGATE_OPERATIONS") ?? "20000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task What_is_charged_is_what_was_settled_and_never_more_is_admitted_than_there_is()
    {
        var url = await postgres.NewDatabaseAsync();
        var stores = Enumerable.Range(0, 3).Select(_ => Leases.Store(url)).ToArray();
        var (settled, overrun, answers) = (new long[Buckets], new long[Buckets], new long[2]);
        await Task.WhenAll(Enumerable.Range(0, Runners).Select(i => RunAsync(stores[i % stores.Length], new Random(i))));

        answers[1].ShouldBeGreaterThan(0);
        answers[0].ShouldBeGreaterThan(0, "the limits were never reached, so nothing was shown");
        for (var i = 0; i < Buckets; i++)
        {
            settled[i].ShouldBeLessThanOrEqualTo(Limit + overrun[i]);
            settled[i].ShouldBeGreaterThan(Limit * 8 / 10, "leases must not keep requests away that have room");
        }

        foreach (var store in stores[1..]) await store.DisposeAsync();
        for (var i = 0; i < Buckets; i++) await stores[0].EventuallyAsync($"{i}", settled[i]); // when the reservations that nobody ended have run out
        await stores[0].DisposeAsync();

        async Task RunAsync(PostgresCounterStore store, Random chance)
        {
            for (var i = 0; i < Operations / Runners; i++)
            {
                var (first, second) = (chance.Next(Buckets), chance.Next(Buckets));
                BucketClaim[] claims = [Leases.Claim($"{first}", chance.NextInt64(1, 400), Limit), Leases.Claim($"{second}", chance.NextInt64(1, 400), Limit)];
                var (id, isForgotten) = (Leases.NewId(), chance.Next(10) == 0);
                var admission = await store.ReserveAsync(id, claims, isForgotten ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromMinutes(5), default);
                admission.IsUncertain.ShouldBeFalse();
                Interlocked.Increment(ref answers[admission.IsAdmitted ? 1 : 0]);
                if (!admission.IsAdmitted || isForgotten) continue;

                var used = claims.Select(claim => chance.Next(8) switch { 0 => 0, 1 => claim.Amount + chance.NextInt64(50), _ => chance.NextInt64(claim.Amount + 1) }).ToArray();
                Note(first, claims[0].Amount, used[0]);
                Note(second, claims[1].Amount, used[1]);
                for (var times = chance.Next(5) == 0 ? 2 : 1; times > 0; times--) await store.SettleAsync(id, claims, used);
            }
        }

        void Note(int bucket, long reserved, long used)
        {
            Interlocked.Add(ref settled[bucket], used);
            Interlocked.Add(ref overrun[bucket], Math.Max(0, used - reserved));
        }
    }
}
