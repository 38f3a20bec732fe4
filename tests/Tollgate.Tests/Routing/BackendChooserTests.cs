using Tollgate.Configuration;
using Tollgate.Protocols;
using Tollgate.Routing;
using Tollgate.Routing.Health;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Routing;

/// <summary>Which backend is next: tiers, rests, keys of one provider, and what is left when all are out.</summary>
public sealed class BackendChooserTests
{
    private readonly ManualTime _time = new();
    private readonly FixedChance _chance = new();
    private readonly BackendChooser _chooser;

    public BackendChooserTests() => _chooser = new BackendChooser(_chance.Next);

    [Fact]
    public void What_is_out_leaves_it_to_its_tier_and_then_to_the_next()
    {
        var (a, b, c) = (Create("a"), Create("b"), Create("c"));
        var route = TestBackends.Route([[a, b], [c]]);
        Break(a);
        _chance.Value = 0;
        Choose(route).Backend.ShouldBeSameAs(b);
        Break(b);
        Choose(route).Backend.ShouldBeSameAs(c);
    }

    [Fact]
    public void What_is_due_for_a_trial_gets_the_next_request_and_only_that()
    {
        var (a, b) = (Create("a"), Create("b"));
        var route = TestBackends.Route([a, b]);
        Break(a);
        _time.Advance(TimeSpan.FromSeconds(2));
        _chance.Value = 0.999; // by weight it would be b
        var trial = Choose(route);
        trial.Backend.ShouldBeSameAs(a);
        trial.Permit.Backend.ShouldNotBe(0);
        for (var i = 0; i < 3; i++) Choose(route).ShouldBe(new BackendChoice(b));
        a.State.Release(trial.Permit);
        Choose(route).Backend.ShouldBeSameAs(a);
    }

    [Fact]
    public void When_all_are_out_the_first_to_return_is_tried_early_and_the_others_are_told_when()
    {
        var (a, b) = (Create("a"), Create("b"));
        var route = TestBackends.Route([[a], [b]]);
        Break(a);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Break(b);
        var choice = Choose(route);
        (choice.Backend, choice.Reason, choice.LastError).ShouldBe((null, RestReason.Faults, "x"));
        choice.ReturnsIn.ShouldBe(TimeSpan.FromMilliseconds(1400));
        _time.Advance(TimeSpan.FromMilliseconds(276));
        Choose(route).Backend.ShouldBeSameAs(a);
        Choose(route).Backend.ShouldBeNull(); // b has not rested for a quarter
    }

    [Fact]
    public void What_has_failed_for_this_request_is_not_asked_again()
    {
        var (a, b) = (Create("a"), Create("b"));
        var route = TestBackends.Route([[a], [b]]);
        Choose(route, a).Backend.ShouldBeSameAs(b);
        Choose(route, a, b).ShouldBe(default);
    }

    [Fact]
    public void Another_key_comes_first_when_the_key_was_the_trouble()
    {
        var keys = TestBackends.OfKeys(_time, _chance.Next, "p", 2);
        var other = Create("q");
        var route = TestBackends.Route([keys, [other]]);
        keys[0].State.Begin();
        keys[0].State.End(new Verdict(VerdictKind.Throttled, "status 429"), default);
        Choose(route, keys[0]).Backend.ShouldBeSameAs(keys[1]);
    }

    [Fact]
    public void Another_key_comes_last_when_the_provider_was_the_trouble()
    {
        var keys = TestBackends.OfKeys(_time, _chance.Next, "p", 3);
        var other = Create("q");
        var route = TestBackends.Route([keys, [other]]);
        keys[0].State.Begin();
        keys[0].State.End(new Verdict(VerdictKind.Fault, "status 500"), default);
        Choose(route, keys[0]).Backend.ShouldBeSameAs(other);
        Choose(route, keys[0], other).Backend.ShouldBeSameAs(keys[1]);
    }

    [Fact]
    public void A_refused_key_is_out_for_all_models_of_its_provider()
    {
        var keys = TestBackends.OfKeys(_time, _chance.Next, "p", 2);
        keys[0].State.Begin();
        keys[0].State.End(new Verdict(VerdictKind.KeyRefused, "status 401"), default);
        var otherModel = new BackendState("p", "another", keys[0].State.Key, _time, _chance.Next);
        (otherModel.IsFree, otherModel.Reason, keys[1].State.IsFree).ShouldBe((false, RestReason.Credential, true));
    }

    [Theory]
    [InlineData(100, "")]
    [InlineData(50, "ab")]
    [InlineData(75, "a")]
    [InlineData(1, "abc")]
    public void No_more_than_its_share_of_a_tier_is_left_alone(int share, string taking)
    {
        Backend[] all = [Create("a"), Create("b"), Create("c"), Create("d")];
        var route = TestBackends.Route(all, maxEjected: share);
        foreach (var backend in all)
        {
            Break(backend); // so that a returns first
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var seen = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 100; i++)
        {
            _chance.Value = i / 100.0;
            if (Choose(route).Backend is { } backend) seen.Add(backend.State.Provider);
        }

        string.Concat(seen).ShouldBe(taking);
    }

    [Fact]
    public void The_maker_of_what_a_request_builds_on_gets_it_or_nobody_does()
    {
        var (a, b) = (Create("a"), Create("b"));
        var route = TestBackends.Route([[a], [b]]);
        _chooser.Choose(route, TestBackends.Chat with { Pinned = "b" }).Backend.ShouldBeSameAs(b);
        _chooser.Choose(route, TestBackends.Chat with { Pinned = "gone" }).Backend.ShouldBeSameAs(a);
        _chooser.Choose(route, TestBackends.Chat with { Pinned = "b", Spent = [b] }).Backend.ShouldBeNull();
        Break(b);
        var choice = _chooser.Choose(route, TestBackends.Chat with { Pinned = "b" });
        (choice.Backend, choice.Reason).ShouldBe((null, RestReason.Faults));
    }

    [Fact]
    public void A_healthy_choice_allocates_nothing()
    {
        var route = TestBackends.Route([[Create("a"), Create("b"), Create("c")], [Create("d")]], "least-busy");
        var ask = TestBackends.Chat;
        Tollgate.Protocols.Tests.Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++) _chooser.Choose(route, ask);
        }).ShouldBe(0);
    }

    private Backend Create(string name) => TestBackends.Create(_time, () => 0, name, health: new HealthConfig());

    private BackendChoice Choose(Tollgate.Routing.Route route, params Backend[] spent) =>
        _chooser.Choose(route, new Ask(Operations.Chat) { Spent = spent.Length > 0 ? spent : null });

    private static void Break(Backend backend)
    {
        for (var i = 0; i < 3; i++)
        {
            backend.State.Begin();
            backend.State.End(new Verdict(VerdictKind.Fault, "x"), default);
        }

        backend.State.Circuit.IsOpen.ShouldBeTrue();
    }
}
