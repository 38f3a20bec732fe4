using Tollgate.Bench.Rig.Subjects;

namespace Tollgate.Bench.Rig.Report;

/// <summary>
/// The samples of a run by what they are, and what follows from several: ratios and differences are taken round by round, so that a disturbance of one round
/// does not fall on one subject alone. Null: not measured.
/// </summary>
internal sealed class Figures(IEnumerable<Sample> samples)
{
    private readonly Dictionary<(string Scene, string Subject, string Figure), Sample[]> _samples = samples
        .GroupBy(s => (s.Scene, s.Subject, s.Figure)).ToDictionary(g => g.Key, g => g.ToArray());

    internal Spread? Of(string scene, string subject, string figure) =>
        _samples.TryGetValue((scene, subject, figure), out var found) ? Spread.Of(found.Select(s => s.Value)) : null;

    internal bool Has(string scene, string subject) => _samples.Keys.Any(k => k.Scene == scene && k.Subject == subject);

    /// <summary>A figure of one subject, in parts of another one's.</summary>
    internal Spread? Ratio(string scene, string subject, string to, string figure) => subject == to ? null : Of(scene, figure, subject, to, (a, b) => a / b);

    /// <summary>What a subject adds to what the provider itself takes.</summary>
    internal Spread? Added(string scene, string subject, string figure) =>
        subject == Names.Direct ? null : Of(scene, figure, subject, Names.Direct, (a, b) => a - b);

    /// <summary>What a subject adds, in parts of what another one adds. Rounds in which the other one added nothing measurable say nothing.</summary>
    internal Spread? AddedRatio(string scene, string subject, string to, string figure)
    {
        if (Rounds(scene, to, figure) is not { } others || Rounds(scene, Names.Direct, figure) is not { } direct) return null;
        return Combine(Rounds(scene, subject, figure), (round, value) =>
            others.TryGetValue(round, out var other) && direct.TryGetValue(round, out var bare) && other > bare ? (value - bare) / (other - bare) : null);
    }

    /// <summary>One figure of a subject in parts of another of its own.</summary>
    internal Spread? Within(string scene, string subject, string figure, string of) =>
        Rounds(scene, subject, of) is { } base_ ? Combine(Rounds(scene, subject, figure), (round, value) => base_.TryGetValue(round, out var b) ? value / b : null) : null;

    /// <summary>A figure in one scene less the same in another, divided: what one event costs, from streams of two lengths.</summary>
    internal Spread? Slope(string longer, string shorter, string subject, string figure, double by) =>
        Rounds(shorter, subject, figure) is { } less ? Combine(Rounds(longer, subject, figure), (round, value) => less.TryGetValue(round, out var b) ? (value - b) / by : null) : null;

    private Spread? Of(string scene, string figure, string subject, string other, Func<double, double, double> combine) =>
        Rounds(scene, other, figure) is { } others ? Combine(Rounds(scene, subject, figure), (round, value) => others.TryGetValue(round, out var b) ? combine(value, b) : null) : null;

    private static Spread? Combine(Dictionary<int, double>? rounds, Func<int, double, double?> combine)
    {
        if (rounds is null) return null;
        double[] values = [.. rounds.Select(r => combine(r.Key, r.Value)).OfType<double>().Where(double.IsFinite)];
        return values.Length > 0 ? Spread.Of(values) : null;
    }

    private Dictionary<int, double>? Rounds(string scene, string subject, string figure) =>
        _samples.TryGetValue((scene, subject, figure), out var found) ? found.ToDictionary(s => s.Round, s => s.Value) : null;
}
