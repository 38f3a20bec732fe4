using Tollgate.Configuration;
using Tollgate.Routing.Health;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Routing.Health;

/// <summary>When something that fails is left alone, and how it comes back.</summary>
public sealed class CircuitTests
{
    private readonly ManualTime _time = new();
    private readonly FixedChance _chance = new();

    [Fact]
    public void Opens_after_failures_in_a_row()
    {
        var circuit = Create();
        circuit.Fail(0);
        circuit.Fail(0);
        circuit.IsFree.ShouldBeTrue();
        circuit.Fail(0);
        (circuit.IsFree, circuit.IsOpen, circuit.Ejections, circuit.Look()).ShouldBe((false, true, 1, Standing.Out));
    }

    [Fact]
    public void A_success_between_failures_begins_the_count_anew()
    {
        var circuit = Create(new HealthConfig { ErrorRate = 100 });
        for (var i = 0; i < 10; i++)
        {
            circuit.Fail(0);
            circuit.Fail(0);
            circuit.Succeed(0);
        }

        circuit.IsFree.ShouldBeTrue();
    }

    [Fact]
    public void Opens_when_too_many_of_the_last_while_failed()
    {
        var circuit = Create(new HealthConfig { Failures = 1000, ErrorRate = 50, MinRequests = 10, Window = TimeSpan.FromSeconds(10) });
        for (var i = 0; i < 4; i++) circuit.Fail(0);
        for (var i = 0; i < 4; i++) circuit.Succeed(0);
        circuit.IsFree.ShouldBeTrue(); // eight say nothing yet
        circuit.Succeed(0);
        circuit.Fail(0); // 5 of 10
        circuit.IsFree.ShouldBeFalse();
    }

    [Fact]
    public void What_failed_before_the_window_does_not_count()
    {
        var circuit = Create(new HealthConfig { Failures = 1000, ErrorRate = 50, MinRequests = 10, Window = TimeSpan.FromSeconds(10) });
        for (var i = 0; i < 9; i++) circuit.Fail(0);
        _time.Advance(TimeSpan.FromSeconds(11));
        for (var i = 0; i < 9; i++) circuit.Succeed(0);
        circuit.Fail(0); // 1 of 10, and not 10 of 19
        circuit.IsFree.ShouldBeTrue();
    }

    [Fact]
    public void After_its_rest_one_probe_is_let_through_and_closes_it()
    {
        var circuit = Opened();
        _time.Advance(TimeSpan.FromMilliseconds(1499));
        (circuit.Look(), circuit.TryProbe()).ShouldBe((Standing.Out, 0));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        circuit.Look().ShouldBe(Standing.ProbeDue);
        var probe = circuit.TryProbe();
        probe.ShouldNotBe(0);
        (circuit.TryProbe(), circuit.Look(), circuit.IsProbing).ShouldBe((0, Standing.Out, true));
        circuit.Succeed(probe);
        (circuit.IsFree, circuit.Look()).ShouldBe((true, Standing.Free));
    }

    [Fact]
    public void Each_rest_is_longer_up_to_the_longest()
    {
        var circuit = Opened();
        double[] expected = [1.5, 2.4, 3.84, 6.144, 9.8304, 15.72864, 25.165824, 30, 30];
        foreach (var rest in expected)
        {
            circuit.ReturnsIn().TotalSeconds.ShouldBe(rest, 0.001);
            _time.Advance(circuit.ReturnsIn());
            circuit.Fail(circuit.TryProbe());
        }
    }

    [Theory, InlineData(0.0, 1.5), InlineData(0.5, 1.3125), InlineData(0.999999, 1.125)]
    public void Chance_shortens_the_rest_by_up_to_a_quarter(double chance, double rest)
    {
        _chance.Value = chance;
        Opened().ReturnsIn().TotalSeconds.ShouldBe(rest, 0.001);
    }

    [Fact]
    public void What_relapses_soon_goes_on_with_longer_rests_and_what_was_well_for_long_begins_anew()
    {
        var circuit = Opened();
        Recover(circuit);
        _time.Advance(TimeSpan.FromSeconds(29));
        Break(circuit);
        circuit.ReturnsIn().TotalSeconds.ShouldBe(2.4, 0.001);
        Recover(circuit);
        _time.Advance(TimeSpan.FromSeconds(31));
        Break(circuit);
        circuit.ReturnsIn().TotalSeconds.ShouldBe(1.5, 0.001);
    }

    [Fact]
    public void A_probe_whose_client_left_is_given_to_the_next()
    {
        var circuit = Opened();
        _time.Advance(TimeSpan.FromSeconds(2));
        circuit.Abandon(circuit.TryProbe());
        circuit.Look().ShouldBe(Standing.ProbeDue);
        circuit.TryProbe().ShouldNotBe(0);
    }

    [Fact]
    public void What_began_before_it_opened_neither_closes_it_nor_makes_its_rest_longer()
    {
        var circuit = Opened();
        circuit.Succeed(0);
        circuit.Fail(0);
        (circuit.IsOpen, circuit.Ejections).ShouldBe((true, 1));
        circuit.ReturnsIn().TotalSeconds.ShouldBe(1.5, 0.001);
    }

    [Fact]
    public void A_probe_of_an_earlier_opening_decides_nothing()
    {
        var circuit = Opened();
        _time.Advance(TimeSpan.FromSeconds(2));
        var old = circuit.TryProbe();
        circuit.Close();
        Break(circuit);
        circuit.Succeed(old);
        circuit.IsOpen.ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(30));
        circuit.TryProbe().ShouldNotBe(0);
        circuit.Abandon(old); // not the one that is out
        circuit.TryProbe().ShouldBe(0);
    }

    [Fact]
    public void With_nobody_else_the_probe_comes_after_a_quarter_of_the_rest()
    {
        var circuit = Opened();
        _time.Advance(TimeSpan.FromMilliseconds(374));
        circuit.TryProbe(early: true).ShouldBe(0);
        _time.Advance(TimeSpan.FromMilliseconds(2));
        circuit.TryProbe(early: true).ShouldNotBe(0);
        circuit.TryProbe(early: true).ShouldBe(0);
    }

    [Fact]
    public void Rests_as_long_as_it_is_asked_and_is_free_then_without_a_probe()
    {
        var circuit = Create();
        circuit.Rest(TimeSpan.FromSeconds(2));
        (circuit.IsFree, circuit.IsOpen, circuit.Look()).ShouldBe((false, false, Standing.Out));
        circuit.TryProbe(early: true).ShouldBe(0); // it said so itself
        _time.Advance(TimeSpan.FromSeconds(2));
        (circuit.Look(), circuit.IsFree).ShouldBe((Standing.Free, true));
    }

    [Fact]
    public void A_rest_that_is_asked_for_is_never_longer_than_the_longest()
    {
        var circuit = Create();
        circuit.Rest(TimeSpan.FromHours(5));
        circuit.ReturnsIn().ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Switched_off_it_never_opens_and_what_was_out_is_free()
    {
        var circuit = Opened();
        circuit.Configure(new HealthConfig { Enabled = false });
        circuit.IsFree.ShouldBeTrue();
        for (var i = 0; i < 10; i++) circuit.Fail(0);
        circuit.Rest(TimeSpan.FromSeconds(5));
        circuit.Trip(0);
        circuit.IsFree.ShouldBeTrue();
    }

    [Fact]
    public void Of_many_at_once_one_is_the_probe()
    {
        var circuit = Opened();
        for (var round = 0; round < 200; round++)
        {
            _time.Advance(TimeSpan.FromSeconds(30));
            var probes = new System.Collections.Concurrent.ConcurrentBag<long>();
            Parallel.For(0, 8, _ =>
            {
                if (circuit.Look() == Standing.ProbeDue && circuit.TryProbe() is > 0 and var probe) probes.Add(probe);
            });
            circuit.Fail(probes.ShouldHaveSingleItem());
        }
    }

    [Fact]
    public void Tells_when_it_opens_and_when_it_closes()
    {
        var told = new List<TimeSpan>();
        var circuit = Create();
        circuit.Changed += told.Add;
        Break(circuit);
        Recover(circuit);
        told.ShouldBe([TimeSpan.FromMilliseconds(1500), TimeSpan.Zero]);
    }

    private Circuit Create(HealthConfig? limits = null)
    {
        var circuit = new Circuit(_time, _chance.Next);
        circuit.Configure(limits ?? new HealthConfig());
        return circuit;
    }

    private Circuit Opened()
    {
        var circuit = Create();
        Break(circuit);
        return circuit;
    }

    private static void Break(Circuit circuit)
    {
        for (var i = 0; i < 3; i++) circuit.Fail(0);
        circuit.IsOpen.ShouldBeTrue();
    }

    private void Recover(Circuit circuit)
    {
        _time.Advance(circuit.ReturnsIn());
        circuit.Succeed(circuit.TryProbe());
        circuit.IsFree.ShouldBeTrue();
    }
}
