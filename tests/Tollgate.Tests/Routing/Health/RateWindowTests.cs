using Tollgate.Routing.Health;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Routing.Health;

/// <summary>Counting without a lock counts the same as keeping every attempt.</summary>
public sealed class RateWindowTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Counts_what_a_list_of_all_attempts_would()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var chance = new SeededChance(seed);
            var window = new RateWindow(TimeSpan.FromSeconds(10), _time);
            var all = new List<(long Slice, bool Failed)>();
            for (var i = 0; i < 500; i++)
            {
                var failed = chance.Next() < 0.3;
                window.Count(failed);
                all.Add((Slice, failed));
                if (chance.Next() < 0.2) _time.Advance(TimeSpan.FromSeconds(chance.Next() * (chance.Next() < 0.05 ? 60 : 2)));
                var counted = all.Where(a => a.Slice > Slice - 10).ToArray();
                window.Read().ShouldBe((counted.Length, counted.Count(a => a.Failed)));
            }
        }
    }

    [Fact]
    public void Loses_nothing_when_many_count_at_once()
    {
        var window = new RateWindow(TimeSpan.FromSeconds(10), _time);
        Parallel.For(0, 40_000, i => window.Count(failed: i % 4 == 0));
        window.Read().ShouldBe((40_000, 10_000));
    }

    private long Slice => _time.GetTimestamp() / TimeSpan.TicksPerSecond;
}
