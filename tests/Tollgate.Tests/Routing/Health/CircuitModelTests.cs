using Tollgate.Configuration;
using Tollgate.Routing;
using Tollgate.Routing.Health;
using Tollgate.Routing.LoadBalancing;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Routing.Health;

/// <summary>
/// Random requests, outcomes and time against a tier of backends. Whatever happens: never two probes of one backend at once, a backend
/// that is out is asked by its probe only, never more of a tier out than its share, and everything that is well again comes back.
/// </summary>
public sealed class CircuitModelTests
{
    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 100)]
    [InlineData(3, 50)]
    [InlineData(5, 40)]
    [InlineData(7, 1)]
    public void Holds_what_it_promises_whatever_happens(int backends, int share)
    {
        for (var seed = 0; seed < 60; seed++) new Run(seed, backends, share).Play(400);
    }

    private sealed class Run
    {
        private readonly ManualTime _time = new();
        private readonly SeededChance _chance;
        private readonly Tollgate.Routing.Route _route;
        private readonly Backend[] _backends;
        private readonly BackendChooser _chooser;
        private readonly List<(Backend Backend, ProbePermit Permit)> _open = [];
        private readonly HashSet<Backend> _sick = [];
        private readonly int _share;

        internal Run(int seed, int backends, int share)
        {
            _chance = new SeededChance(seed);
            _share = share;
            _backends = [.. Enumerable.Range(0, backends).Select(i => TestBackends.Create(_time, _chance.Next, $"p{i}"))];
            _route = TestBackends.Route(_backends, maxEjected: share);
            _chooser = new BackendChooser(_chance.Next);
        }

        internal void Play(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                switch ((int)(_chance.Next() * 10))
                {
                    case < 5: Ask(); break;
                    case < 8: End(); break;
                    case 8: _time.Advance(TimeSpan.FromMilliseconds(_chance.Next() * 3000)); break;
                    default: Toggle(); break;
                }
            }

            EverythingComesBack();
        }

        private void Ask()
        {
            var standing = _backends.ToDictionary(b => b, b => b.State.Look());
            var choice = _chooser.Choose(_route, TestBackends.Chat);
            if (choice.Backend is not { } backend)
            {
                standing.Values.ShouldAllBe(s => s == Standing.Out); // nobody is refused while somebody is well
                return;
            }

            if (choice.Permit.Backend != 0)
            {
                _open.Count(o => ReferenceEquals(o.Backend, backend) && o.Permit.Backend != 0).ShouldBe(0, "two probes at once");
            }
            else if (standing[backend] != Standing.Free && _backends.Length > 1) // the only one is asked at any time
            {
                // Let in although it is out: only because more of the tier are out than may be.
                var outside = standing.Values.Count(s => s != Standing.Free);
                outside.ShouldBeGreaterThan(Math.Max(1, _backends.Length * _share / 100));
            }

            backend.State.Begin();
            _open.Add((backend, choice.Permit));
        }

        private void End()
        {
            if (_open.Count == 0) return;
            var at = (int)(_chance.Next() * _open.Count);
            var (backend, permit) = _open[at];
            _open.RemoveAt(at);
            var kind = _chance.Next() < 0.1 ? VerdictKind.Unknown
                : !_sick.Contains(backend) ? VerdictKind.Good
                : _chance.Next() < 0.2 ? VerdictKind.Throttled : VerdictKind.Fault;
            backend.State.End(new Verdict(kind, "x", kind == VerdictKind.Throttled && _chance.Next() < 0.5 ? TimeSpan.FromSeconds(_chance.Next() * 100) : null), permit);
        }

        private void Toggle()
        {
            var backend = _backends[(int)(_chance.Next() * _backends.Length)];
            if (!_sick.Remove(backend)) _sick.Add(backend);
        }

        private void EverythingComesBack()
        {
            _sick.Clear();
            while (_open.Count > 0) End();
            _backends.ShouldAllBe(b => b.State.InFlight == 0);
            for (var i = 0; i < 100 && _backends.Any(b => !b.State.IsFree); i++)
            {
                _time.Advance(TimeSpan.FromSeconds(31)); // longer than any rest
                Ask();
                while (_open.Count > 0) End();
            }

            _backends.ShouldAllBe(b => b.State.IsFree);
        }
    }
}
