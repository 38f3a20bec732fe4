using System.Runtime.CompilerServices;
using Tollgate.Routing.Health;
using Tollgate.Routing.LoadBalancing;

namespace Tollgate.Routing;

/// <summary>
/// Chooses among the backends of a route:
/// <code>
///   :: 1  the first tier with a capable backend that can be asked now; in it what is due for a probe, else what the policy picks
///   :: 2  the same among sisters (another key) of what has failed for reasons that are not the key's
///   :: 3  nobody can be asked now: an early probe, in the order of return; the only one of a route at any time
/// </code>
/// </summary>
internal sealed class BackendChooser(Func<double> chance)
{
    private const int OnStack = 64;

    internal BackendChoice Choose(Route route, in Ask ask)
    {
        var only = ask.Pinned is { } pinned && Has(route, ask with { Spent = null }, pinned) ? pinned : null;

        // :: Step 1
        if (InTiers(route, ask, only, sisters: false) is { Backend: not null } first) return first;

        // :: Step 2
        if (ask.Spent is { Count: > 0 } && InTiers(route, ask, only, sisters: true) is { Backend: not null } sister) return sister;

        // :: Step 3
        return Early(route, ask, only);
    }

    private BackendChoice InTiers(Route route, in Ask ask, string? only, bool sisters)
    {
        foreach (var tier in route.Tiers)
        {
            if (InTier(route, tier.Backends, ask, only, sisters) is { Backend: not null } choice) return choice;
        }

        return default;
    }

    private BackendChoice InTier(Route route, Backend[] backends, in Ask ask, string? only, bool sisters)
    {
        Span<int> able = backends.Length <= OnStack ? stackalloc int[backends.Length] : new int[backends.Length];
        var count = 0;
        var due = -1;
        var outside = 0;
        for (var i = 0; i < backends.Length; i++)
        {
            var backend = backends[i];
            if (!Can(backend, ask, only) || (!sisters && HasFailedSister(backend, ask))) continue;
            var standing = backend.State.IsFree ? Standing.Free : backend.State.Look();
            if (standing == Standing.Free) able[count++] = i;
            else outside++;
            if (standing == Standing.ProbeDue && due < 0) due = i;
        }

        if (due >= 0 && backends[due].State.TryPass(early: false, out var permit)) return new(backends[due], permit);
        if (outside > 0 && route.Balancing.MaxEjected < 100) count += Readmit(route, backends, ask, only, able, count, outside);
        if (count == 0) return default;
        var picked = count == 1 ? 0 : route.Balancing.Policy.Pick(backends, able[..count], new BalanceContext(chance, ask.Stream, ask.Affinity, ask.Model));
        return new(backends[able[picked]]);
    }

    /// <summary>Too many are out: those that return soonest take part again as if they were well, so that the rest is not buried.</summary>
    private static int Readmit(Route route, Backend[] backends, in Ask ask, string? only, Span<int> able, int count, int outside)
    {
        var allowed = Math.Max(1, (count + outside) * route.Balancing.MaxEjected / 100);
        if (outside <= allowed) return 0;
        var asked = ask;
        var back = Enumerable.Range(0, backends.Length)
            .Where(i => Can(backends[i], asked, only) && !backends[i].State.IsFree)
            .OrderBy(i => backends[i].State.ReturnsIn())
            .Take(outside - allowed)
            .ToArray();
        back.CopyTo(able[count..]);
        return back.Length;
    }

    private static BackendChoice Early(Route route, in Ask ask, string? only)
    {
        var asked = ask;
        var resting = route.Tiers.SelectMany(t => t.Backends).Where(b => Can(b, asked, only)).OrderBy(b => b.State.ReturnsIn()).ToArray();
        foreach (var backend in resting)
        {
            if (backend.State.TryPass(early: true, out var permit)) return new(backend, permit);
        }

        // Who has nobody else is asked all the same: callers then hear the provider itself, and wait as it tells them.
        if (only is null && resting.Length == 1 && IsSole(route, ask)) return new(resting[0]);
        return resting.Length == 0 ? default : new(null, default, resting[0].State.Reason, resting[0].State.ReturnsIn(), resting[0].State.LastFailure?.Error);
    }

    private static bool IsSole(Route route, Ask ask)
    {
        var anew = ask with { Spent = null };
        return route.Tiers.Sum(t => t.Backends.Count(b => Can(b, anew, null))) == 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Can(Backend backend, in Ask ask, string? only) =>
        backend.Provider.Serves(ask.Operation)
        && ask.Spent?.Contains(backend) != true
        && ask.Allowed?.Contains(backend.Provider.Name) != false
        && (only is null || backend.Provider.Name == only); // by name, because a reload makes new objects of the same providers

    private static bool HasFailedSister(Backend backend, in Ask ask)
    {
        if (ask.Spent is not { Count: > 0 } spent) return false;
        foreach (var failed in spent)
        {
            if (failed.IsSister(backend) && failed.State.LastFailure is not { IsOfKey: true }) return true;
        }

        return false;
    }

    private static bool Has(Route route, Ask ask, string provider) => route.Tiers.Any(t => t.Backends.Any(b => Can(b, ask, provider)));
}
