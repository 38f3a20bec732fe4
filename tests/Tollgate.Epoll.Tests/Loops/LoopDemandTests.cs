using Tollgate.Epoll.Loops;

namespace Tollgate.Epoll.Tests.Loops;

/// <summary>As few loops as get on: more at once, fewer when that lasts.</summary>
public sealed class LoopDemandTests
{
    private const double Light = 0.00001;
    private const double Heavy = 0.001;

    [Theory]
    [InlineData(0.0, 0, Light)]
    [InlineData(0.92, 15, Light)]
    [InlineData(0.7, 23, Light)]
    [InlineData(0.4, 200, Light)] // many at once, and seldom
    [InlineData(0.9, 2, Heavy)]
    public void One_is_enough_for_what_gets_on(double load, double others, double service) => After(new LoopDemand(8), 100, load, others, service).ShouldBe(1);

    [Theory]
    [InlineData(0.93, 0, Light)]
    [InlineData(0.5, 24, Light)]
    [InlineData(0.7, 3, Heavy)] // few, but each holds the others up
    [InlineData(0.1, 20, Heavy)]
    public void More_are_needed_where_one_is_full_or_others_wait(double load, double others, double service)
    {
        var demand = new LoopDemand(8);
        After(demand, 2, load, others, service).ShouldBe(1, "a moment does not count");
        After(demand, 1, load, others, service).ShouldBe(2);
    }

    [Fact]
    public void A_pause_begins_the_count_anew()
    {
        var demand = new LoopDemand(2);
        After(demand, 2, 1);
        After(demand, 1, 0.5);
        After(demand, 2, 1).ShouldBe(1);
        After(demand, 1, 1).ShouldBe(2);
    }

    [Fact]
    public void There_are_twice_as_many_each_time_and_never_more_than_there_may_be()
    {
        var demand = new LoopDemand(6);
        After(demand, 3, 1).ShouldBe(2);
        After(demand, 3, 2).ShouldBe(4);
        After(demand, 3, 4).ShouldBe(6);
        After(demand, 100, 6, 100).ShouldBe(6);
    }

    [Fact]
    public void Two_that_are_both_needed_stay()
    {
        var demand = new LoopDemand(2);
        After(demand, 3, 1);
        After(demand, 1000, 1.2).ShouldBe(2, "one would be full");
        After(demand, 1000, 0.7, 12).ShouldBe(2, "what waits now for twelve would wait for twice as many");
        After(demand, 1000, 0.6, 3, Heavy).ShouldBe(2);
    }

    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(1.15, 1)] // the same work is less for one
    [InlineData(2.0, 2)]
    [InlineData(3.0, 3)]
    public void Those_that_are_not_needed_are_left_out_when_that_lasts(double load, int count)
    {
        var demand = new LoopDemand(8);
        After(demand, 9, 8).ShouldBe(8);
        After(demand, 19, load).ShouldBe(8);
        After(demand, 1, load).ShouldBe(count);
    }

    [Fact]
    public void Whoever_was_wrong_waits_longer_the_next_time()
    {
        var demand = new LoopDemand(2);
        After(demand, 3, 1).ShouldBe(2);
        foreach (var patience in new[] { 20, 40, 80, 160, 320, 640, 640 })
        {
            After(demand, patience - 1, 1.1).ShouldBe(2);
            After(demand, 1, 1.1).ShouldBe(1);
            After(demand, 3, 0.95).ShouldBe(2, "one was not enough after all");
        }

        After(demand, 640, 1.1).ShouldBe(1);
        After(demand, 100, 0.5).ShouldBe(1);
        After(demand, 3, 1).ShouldBe(2);
        After(demand, 20, 1.1).ShouldBe(1, "that was long ago");
    }

    private static int After(LoopDemand demand, int windows, double load, double others = 0, double service = Light)
    {
        for (var i = 0; i < windows; i++) demand.Next(load, others, service);
        return demand.Count;
    }
}
