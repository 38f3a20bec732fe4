using Tollgate.Bench.Rig.Subjects;

namespace Tollgate.Bench.Rig.Report;

/// <summary>The pictures of docs/performance.md, by the names of their files.</summary>
internal static class Charts
{
    private static readonly string[] All = [.. SubjectKind.All.Select(k => k.Name)];

    /// <summary>Those for which there are figures of two subjects at least.</summary>
    internal static IEnumerable<(string File, string Title, string Svg)> Of(Figures figures)
    {
        (string File, string Title, string Note, string Unit, Bar[] Bars, bool Logarithmic)[] charts =
        [
            ("cpu-unary", "CPU for a request of 1 KB, 16 connections", "in parts of nginx's; less is better; the scale is logarithmic", "×", Ratio(figures, "unary-c16", Figure.Cpu), true),
            ("rate-unary", "Requests a second, 1 KB, 16 connections", "in parts of nginx's; more is better", "×", Ratio(figures, "unary-c16", Figure.Rate), false),
            ("cpu-paced", "CPU for 256 streams with an event every 20 ms", "in parts of nginx's; less is better", "×", Ratio(figures, "paced-c256", Figure.Cpu), false),
            ("cpu-32k", "CPU for a request of 32 KB, 16 connections", "in parts of nginx's; less is better; the scale is logarithmic", "×", Ratio(figures, "body-32k-c16", Figure.Cpu), true),
            ("p99-rate", "p99 at half of what nginx can do at most", "in parts of nginx's; less is better", "×", Ratio(figures, "rate-half", Figure.P99), false),
            ("memory", "Memory under load, 256 connections", "proportional set size in MB; less is better", " MB", Values(figures, "memory", Figure.PssLoad), false),
            ("start", "Start to the first answer of the provider", "milliseconds; less is better", " ms", Values(figures, "start", Figure.Start), false),
        ];
        return charts.Where(c => c.Bars.Length > 1).Select(c => (c.File + ".svg", c.Title, BarChart.Draw(c.Title, c.Note, c.Unit, c.Bars, c.Logarithmic)));
    }

    private static Bar[] Ratio(Figures figures, string scene, string figure) =>
        Bars(s => s == Names.Nginx && figures.Has(scene, s) ? new Spread(1, 1, 1) : figures.Ratio(scene, s, Names.Nginx, figure));

    private static Bar[] Values(Figures figures, string scene, string figure) => Bars(s => figures.Of(scene, s, figure));

    // The provider itself is not between anything.
    private static Bar[] Bars(Func<string, Spread?> value) =>
        [.. All.Append(Scenes.SceneList.Published).Where(s => s != Names.Direct).Select(s => (Name: s, Value: value(s))).Where(b => b.Value is { Median: > 0, Min: > 0 }).Select(b => new Bar(b.Name, b.Value!.Value, b.Name.StartsWith(Names.Bare, StringComparison.Ordinal)))];
}
