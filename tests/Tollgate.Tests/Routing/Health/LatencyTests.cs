using Tollgate.Routing.Health;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Routing.Health;

/// <summary>How long answers take to begin: what is new counts, what is old fades.</summary>
public sealed class LatencyTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Before_the_first_measurement_nothing_is_known()
    {
        var latency = new Latency(_time);
        (latency.Average, latency.Faded).ShouldBe((null, null));
    }

    [Fact]
    public void The_average_follows_what_is_measured()
    {
        var latency = new Latency(_time);
        latency.Measure(TimeSpan.FromSeconds(1));
        latency.Average!.Value.ShouldBe(1, 1e-6);
        _time.Advance(TimeSpan.FromSeconds(10));
        latency.Measure(TimeSpan.FromSeconds(3));
        latency.Average!.Value.ShouldBe(1 + (2 * (1 - Math.Exp(-1))), 1e-3);
        for (var i = 0; i < 60; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            latency.Measure(TimeSpan.FromSeconds(0.2));
        }

        latency.Average!.Value.ShouldBe(0.2, 0.01);
    }

    [Fact]
    public void A_burst_counts_although_no_time_passes()
    {
        var latency = new Latency(_time);
        latency.Measure(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 50; i++) latency.Measure(TimeSpan.FromSeconds(2));
        latency.Average!.Value.ShouldBe(2, 0.02);
    }

    [Fact]
    public void What_nobody_measures_fades_by_half_in_half_a_minute()
    {
        var latency = new Latency(_time);
        latency.Measure(TimeSpan.FromSeconds(4));
        _time.Advance(TimeSpan.FromSeconds(60));
        latency.Faded!.Value.ShouldBe(1, 0.001);
        latency.Average!.Value.ShouldBe(4, 0.001);
    }
}
