using Npgsql;
using Tollgate.Limits;
using Tollgate.Postgres.Counters;

namespace Tollgate.Postgres.Tests.Counters;

/// <summary>Counters by leases at a real PostgreSQL.</summary>
public sealed class PostgresCounterStoreTests(PostgresFixture postgres)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Gateways_grant_together_what_the_limit_says_and_not_one_more()
    {
        var url = await postgres.NewDatabaseAsync();
        PostgresCounterStore[] stores = [Leases.Store(url), Leases.Store(url), Leases.Store(url)];
        (await GrantedAsync("small", callers: 150, limit: 10, least: 10)).ShouldBe(10);
        (await GrantedAsync("large", callers: 900, limit: 500, least: 500 - (3 * 25))).ShouldBeInRange(500 - (3 * 25), 500, "each of them may hold a slice that it does not need");
        foreach (var store in stores) await store.DisposeAsync();

        // Where the database is slow, slices are on their way for longer than all callers ask: they ask again, and are never granted more.
        async Task<int> GrantedAsync(string subject, int callers, long limit, int least)
        {
            var sum = 0;
            for (var since = TimeProvider.System.GetTimestamp(); sum < least && TimeProvider.System.GetElapsedTime(since) < Soon; await Task.Yield())
            {
                var granted = await Task.WhenAll(Enumerable.Range(0, callers).Select(i => stores[i % 3].AdmitAsync(subject, 1, limit)));
                sum += granted.Count(isGranted => isGranted);
            }

            return sum;
        }
    }

    [Fact]
    public async Task A_lease_is_spent_without_asking()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var store = Leases.Store(server.Url, life: 60);
        (await store.AdmitAsync("a", 1, 10_000)).ShouldBeTrue();
        await server.KillAsync();
        for (var i = 0; i < 200; i++) (await store.AdmitAsync("a", 1, 10_000)).ShouldBeTrue();
        (await store.ReserveAsync(Claims.NewId(), Claims.Of("b", 1, 10))).IsUncertain.ShouldBeTrue("nothing is leased of it");
    }

    [Fact]
    public async Task What_was_used_while_the_database_was_away_is_counted_when_it_is_back()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var store = Leases.Store(server.Url);
        var (known, unknown) = (Claims.NewId(), Claims.NewId());
        BucketClaim[] claims = [Claims.Of("a", 10, 100)];
        await store.ReserveAsync(known, claims);
        await server.KillAsync();
        (await store.ReserveAsync(unknown, Claims.Of("b", 10, 100))).IsUncertain.ShouldBeTrue();
        await store.SettleAsync(known, claims, new long[] { 7 });
        await store.SettleAsync(unknown, claims, new long[] { 5 }); // the policy had admitted it
        await EventuallyAsync(() => store.Health.IsUp, false); // a renewal that got through before may just be told
        await server.RestartAsync();
        await store.EventuallyAsync("a", 7);
        await store.EventuallyAsync("b", 5);
        await EventuallyAsync(() => store.Health, new Tollgate.Limits.Shared.CountersHealth(IsUp: true, 0, 0));
    }

    [Fact]
    public async Task A_gateway_that_ends_gives_back_what_it_did_not_spend()
    {
        var url = await postgres.NewDatabaseAsync();
        await using (var first = Leases.Store(url, life: 600)) (await first.AdmitAsync("a", 10, 1000)).ShouldBeTrue();
        await using var second = Leases.Store(url);
        (await second.AdmitAsync("a", 990, 1000)).ShouldBeTrue("its reservation ended with it");
    }

    [Fact]
    public async Task What_is_settled_while_a_lease_is_renewed_is_told_at_the_end()
    {
        var url = await postgres.NewDatabaseAsync();
        var store = Leases.Store(url, life: 600);
        var id = Claims.NewId();
        BucketClaim[] claims = [Claims.Of("a", 10, 1000)];
        (await store.ReserveAsync(id, claims)).IsAdmitted.ShouldBeTrue();
        await using var source = Leases.Source(url);
        Task ending;
        await using (var other = await source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            // Another gateway is at this counter: whoever renews a lease of it waits.
            await using var locking = new NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended($1, 0))", other) { Parameters = { new() { Value = CounterName.Of(claims[0].Bucket, claims[0].Window) } } };
            await locking.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await using var waiting = new NpgsqlCommand("SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())", other);
            var bucket = store.Due(Soon).Single().Bucket;
            do
            {
                _ = store.RenewAsync(bucket, wantsMore: true); // again, because one that began before the lock may be just about to end
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
            while (await waiting.ExecuteScalarAsync(TestContext.Current.CancellationToken) is 0L);
            var renewal = store.RenewAsync(bucket, wantsMore: true); // the one that waits
            await store.SettleAsync(id, claims, new long[] { 7 });
            ending = store.DisposeAsync().AsTask();
            await Task.WhenAny(ending, Task.Delay(100, TestContext.Current.CancellationToken)); // it waits for the renewal, or did not
            renewal.IsCompleted.ShouldBeFalse();
            await using var unlocking = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", other);
            await unlocking.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await ending;
        await using var next = Leases.Store(url);
        (await next.AdmitAsync("a", 993, 1000)).ShouldBeTrue("7 were used, and nothing is held or leased");
    }

    [Fact]
    public async Task What_a_dead_gateway_held_is_free_when_its_lease_is_over_and_what_it_had_settled_stays()
    {
        var url = await postgres.NewDatabaseAsync();
        var dead = new DeadGateway(url);
        await dead.LeaveAsync(settled: 30, held: 20, rest: 50);
        await using var store = Leases.Store(url);
        (await store.AdmitAsync("a", 10, 100)).ShouldBeFalse("all of it is taken as long as it may be alive");
        await dead.RunOutAsync();
        await store.EventuallyAsync("a", 30);
        using var limit = new CancellationTokenSource(Soon);
        while (!await store.AdmitAsync("a", 70, 100)) await Task.Delay(20, limit.Token); // that there was no room is remembered for a moment
    }

    private static async Task EventuallyAsync<T>(Func<T> read, T expected)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!Equals(read(), expected) && TimeProvider.System.GetElapsedTime(since) < Soon) await Task.Delay(5);
        read().ShouldBe(expected);
    }
}
