using Tollgate.Telemetry;

namespace Tollgate.Tests.Telemetry;

/// <summary>Totals by tags, which whoever exports them observes.</summary>
public sealed class TaggedTotalsTests
{
    private readonly TaggedTotals _totals = new(most: 3);

    [Fact]
    public void What_is_counted_under_the_same_tags_is_one_total()
    {
        _totals.Of([new("a", "x"), new("b", "y")]).Count();
        _totals.Of([new("a", new string("x".AsSpan())), new("b", "y")]).Count();
        _totals.Of([new("a", "x")]).Count();
        Show(_totals.Counts()).ShouldBe(["a=x 1", "a=x b=y 2"]);
        Show(_totals.Counts()).ShouldBe(["a=x 1", "a=x b=y 2"]); // looking takes nothing away
    }

    [Fact]
    public void Tags_beyond_the_bound_are_one_total_and_nothing_is_lost()
    {
        for (var i = 0; i < 10; i++) _totals.Of([new("a", i.ToString())]).Add(0.5);
        _totals.Of([new("a", "1")]).Add(1);
        Show(_totals.Amounts()).ShouldBe(["a=0 0.5", "a=1 1.5", "a=2 0.5", "otel.metric.overflow=true 3.5"]);
    }

    [Fact]
    public async Task Nothing_is_lost_among_many_who_count_at_once()
    {
        var totals = new TaggedTotals();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++) totals.Of([new("a", (i % 50).ToString())]).Add(1);
        })));
        totals.Counts().Sum(m => m.Value).ShouldBe(80_000);
        totals.Amounts().ShouldAllBe(m => m.Value == 1600);
    }

    private static string[] Show<T>(IEnumerable<System.Diagnostics.Metrics.Measurement<T>> measured)
        where T : struct =>
        [.. measured.Select(m => string.Join(' ', m.Tags.ToArray().Select(t => $"{t.Key}={t.Value}")) + FormattableString.Invariant($" {m.Value}")).Order(StringComparer.Ordinal)];
}
