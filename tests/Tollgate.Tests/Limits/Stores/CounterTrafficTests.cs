using System.Globalization;
using Tollgate.Limits.Local;

namespace Tollgate.Tests.Limits.Stores;

/// <summary>The counters in memory under random traffic: 40,000 reservations each time, a million and more in <c>./dev fuzz</c>.</summary>
public sealed class CounterTrafficTests
{
    private static readonly int Operations = int.Parse(Environment.GetEnvironmentVariable("TOLLGATE_FUZZ") ?? "40000", CultureInfo.InvariantCulture);
    private static readonly int FirstSeed = int.Parse(Environment.GetEnvironmentVariable("TOLLGATE_FUZZ_SEED") ?? "20", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Every_counter_says_what_was_used_and_no_more_is_admitted_than_the_limit()
    {
        var time = new ManualTime();
        var store = new LocalCounterStore(time);
        var traffic = new CounterTraffic(store, new TrafficOptions(Operations, TimeSpan.FromSeconds(4))
        {
            Seed = FirstSeed,
            Rounds = Math.Max(20, Operations / 20_000),
            Advance = span =>
            {
                time.Advance(span);
                return Task.CompletedTask;
            },
        });
        await traffic.RunAsync();
        store.OpenReservations.ShouldBe(0);
        traffic.Admitted.ShouldBeGreaterThan(500);
        traffic.Refused.ShouldBeGreaterThan(500);
    }

    [Fact]
    public async Task The_same_without_anybody_who_forgets()
    {
        var store = new LocalCounterStore(new ManualTime());
        var traffic = new CounterTraffic(store, new TrafficOptions(Operations / 2, TimeSpan.FromMinutes(1)) { Seed = FirstSeed + 1 });
        await traffic.RunAsync();
        store.OpenReservations.ShouldBe(0);
    }
}
