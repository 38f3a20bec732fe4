using Tollgate.Bench.Rig.Scenes;
using Tollgate.Bench.Rig.Subjects;

namespace Tollgate.Bench.Rig.Report;

/// <summary>The tables of a run, in Markdown.</summary>
internal static class Tables
{
    private static readonly string[] Order = [.. SubjectKind.All.Select(k => k.Name), SceneList.Published];

    internal static IEnumerable<string> Of(SampleFile file)
    {
        var figures = new Figures(file.Samples);
        yield return string.Join("; ", file.Environment.Select(e => $"{e.Key}: {e.Value}")) + ". Median (min–max) of the rounds.";
        IEnumerable<string>[] tables = [TargetTable(figures), Closed(figures), Rate(figures), Paced(figures), Events(figures), Beside(figures), Once(figures)];
        foreach (var line in tables.SelectMany(t => t)) yield return line;
    }

    private static IEnumerable<string> TargetTable(Figures figures) =>
        ["", "### Targets", "", "| figure | must | aim | measured | |", "|---|---|---|---|---|", .. Targets.All.Select(t => t.Row(figures))];

    private static IEnumerable<string> Closed(Figures figures) => Table(
        "As much as goes",
        "| scene | subject | requests/s | × nginx | CPU-s per 10k | × nginx | × YARP | load and mock, CPU-s per 10k | added p50 µs | added p99 µs | allocated B |",
        SceneList.Rounds.OfType<ClosedScene>(),
        figures,
        (scene, subject) =>
        [
            Text(figures.Of(scene, subject, Figure.Rate), "0"),
            Text(figures.Ratio(scene, subject, Names.Nginx, Figure.Rate), "0.00"),
            Text(figures.Of(scene, subject, Figure.Cpu), "0.00"),
            Text(figures.Ratio(scene, subject, Names.Nginx, Figure.Cpu), "0.00"),
            Text(figures.Ratio(scene, subject, Names.Yarp, Figure.Cpu), "0.00"),
            Text(figures.Of(scene, subject, Figure.OthersCpu), "0.00"),
            Text(figures.Added(scene, subject, Figure.P50), "0"),
            Text(figures.Added(scene, subject, Figure.P99), "0"),
            Text(figures.Of(scene, subject, Figure.Allocated), "0"),
        ]);

    private static IEnumerable<string> Rate(Figures figures) => Table(
        "At a fixed rate",
        "| scene | subject | asked/s | answered/s | added p50 µs | added p99 µs | added p99.9 µs | p99, × nginx | CPU-s per 10k, × nginx |",
        SceneList.Rounds.OfType<RateScene>(),
        figures,
        (scene, subject) =>
        [
            Text(figures.Of(scene, subject, Figure.Asked), "0"),
            Text(figures.Of(scene, subject, Figure.Rate), "0"),
            Text(figures.Added(scene, subject, Figure.P50), "0"),
            Text(figures.Added(scene, subject, Figure.P99), "0"),
            Text(figures.Added(scene, subject, Figure.P999), "0"),
            Text(figures.Ratio(scene, subject, Names.Nginx, Figure.P99), "0.00"),
            Text(figures.Ratio(scene, subject, Names.Nginx, Figure.Cpu), "0.00"),
        ]);

    private static IEnumerable<string> Paced(Figures figures) => Table(
        "Paced streams",
        "| scene | subject | streams/s | CPU-s per 10k | × nginx | added to the first token, p50 µs | p99 µs |",
        SceneList.Rounds.OfType<PacedScene>(),
        figures,
        (scene, subject) =>
        [
            Text(figures.Of(scene, subject, Figure.Rate), "0"),
            Text(figures.Of(scene, subject, Figure.Cpu), "0.00"),
            Text(figures.Ratio(scene, subject, Names.Nginx, Figure.Cpu), "0.00"),
            Text(figures.Added(scene, subject, Figure.First50), "0"),
            Text(figures.Added(scene, subject, Figure.First99), "0"),
        ]);

    // 450 events more in each of 10,000 streams, in seconds: the rest of the factor makes microseconds of it.
    private static IEnumerable<string> Events(Figures figures) => Rows(
        "An event of a stream",
        "| subject | CPU µs an event |",
        Order.Select(s => (s, figures.Slope("stream-500-c16", "stream-50-c16", s, Figure.Cpu, 450 * 10_000 / 1_000_000.0))),
        "0.00");

    private static IEnumerable<string> Beside(Figures figures) => Table(
        "Small streams beside two slow uploads of 1 MB",
        "| scene | subject | p99 alone µs | p99 beside µs | ratio |",
        SceneList.Rounds.OfType<BesideScene>(),
        figures,
        (scene, subject) =>
        [
            Text(figures.Of(scene, subject, Figure.P99), "0"),
            Text(figures.Of(scene, subject, Figure.P99Beside), "0"),
            Text(figures.Within(scene, subject, Figure.P99Beside, Figure.P99), "0.00"),
        ]);

    private static IEnumerable<string> Once(Figures figures)
    {
        string[] measured = [.. Order.Where(s => figures.Has("memory", s) || figures.Has("start", s))];
        if (measured.Length == 0) yield break;
        foreach (var line in (string[])["", "### Start and memory", "", "| subject | start to first answer ms | PSS idle / c=256 / after MB | RSS idle / c=256 / after MB |", "|---|---|---|---|"]) yield return line;
        foreach (var subject in measured)
        {
            yield return $"| {subject} | {Text(figures.Of("start", subject, Figure.Start), "0")} | {Three(figures, subject, Figure.PssIdle, Figure.PssLoad, Figure.PssAfter)} | {Three(figures, subject, Figure.RssIdle, Figure.RssLoad, Figure.RssAfter)} |";
        }
    }

    private static string Three(Figures figures, string subject, params string[] names) =>
        string.Join(" / ", names.Select(n => figures.Of("memory", subject, n) is { } s ? FormattableString.Invariant($"{s.Median:0}") : "–"));

    private static IEnumerable<string> Rows(string title, string header, IEnumerable<(string Subject, Spread? Value)> rows, string format)
    {
        string[] lines = [.. rows.Where(r => r.Value is not null).Select(r => $"| {r.Subject} | {Text(r.Value, format)} |")];
        return lines.Length == 0 ? [] : ["", "### " + title, "", header, Rule(header), .. lines];
    }

    private static IEnumerable<string> Table(string title, string header, IEnumerable<Scene> scenes, Figures figures, Func<string, string, string[]> columns)
    {
        string[] lines =
        [
            .. from scene in scenes
               from subject in Order
               where figures.Has(scene.Name, subject)
               select $"| {scene.Title} | {subject} | {string.Join(" | ", columns(scene.Name, subject))} |",
        ];
        return lines.Length == 0 ? [] : ["", "### " + title, "", header, Rule(header), .. lines];
    }

    private static string Rule(string header) => string.Concat(Enumerable.Repeat("|---", header.Count(c => c == '|') - 1)) + "|";

    private static string Text(Spread? spread, string format) => spread is { } s ? s.Text(format) : "";
}
