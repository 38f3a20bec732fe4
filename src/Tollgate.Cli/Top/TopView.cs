using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Tollgate.Cli.Top;

/// <summary>A frame as tables for the terminal.</summary>
internal static class TopView
{
    internal static IRenderable Of(Frame frame, Uri admin, int rows)
    {
        var parts = new List<IRenderable> { Head(frame, admin), Models(frame, rows), Providers(frame) };
        if (frame.Limits.Count > 0) parts.Add(LimitView.Of(frame.Limits));
        if (frame.Backends.Any(b => b.State != "ok")) parts.Add(Troubled(frame));
        return new Rows(parts);
    }

    private static Markup Head(Frame frame, Uri admin)
    {
        var failed = frame.FailedPerSecond > 0 ? $"[red]{Rate(frame.FailedPerSecond)} failed/s[/]" : "0 failed/s";
        return new Markup(
            $"[bold]tollgate[/] {Markup.Escape(admin.Authority)}  configuration {frame.Generation}  {frame.Active} under way\n" +
            $"[bold]{Rate(frame.RequestsPerSecond)}[/] requests/s  {failed}  p50 {Time(frame.Median)}  p95 {Time(frame.NinetyFifth)}  " +
            $"tokens/s {Rate(frame.InputPerSecond)} in {Rate(frame.OutputPerSecond)} out  " +
            $"[bold]${Money(frame.DollarsPerSecond * 3600)}[/]/h  ${Money(frame.Dollars)} since the start\n");
    }

    private static Table Models(Frame frame, int rows)
    {
        var table = Grid("model", "req/s", "failed/s", "p50", "p95", "first token", "in/s", "out/s");
        foreach (var model in frame.Models.Take(rows))
        {
            table.AddRow(
                Markup.Escape(model.Name),
                Rate(model.RequestsPerSecond),
                Failed(model.FailedPerSecond),
                Time(model.Median),
                Time(model.NinetyFifth),
                Time(model.FirstToken),
                Rate(model.InputPerSecond),
                Rate(model.OutputPerSecond));
        }

        if (frame.Models.Count > rows) table.Caption($"and {frame.Models.Count - rows} more");
        if (frame.Models.Count == 0) table.Caption("no requests yet");
        return table;
    }

    private static Table Providers(Frame frame)
    {
        var table = Grid("provider", "req/s", "failed/s", "$/h", "in flight", "queued", "backends");
        foreach (var provider in frame.Providers)
        {
            var share = $"{provider.Available}/{provider.Backends}";
            table.AddRow(
                Markup.Escape(provider.Name),
                Rate(provider.RequestsPerSecond),
                Failed(provider.FailedPerSecond),
                Money(provider.DollarsPerSecond * 3600),
                Whole(provider.InFlight),
                Whole(provider.Queued),
                provider.Available == provider.Backends ? $"[green]{share}[/]" : $"[red]{share}[/]");
        }

        return table;
    }

    private static Table Troubled(Frame frame)
    {
        var table = Grid("left alone", "model", "state", "back in", "times", "last error");
        foreach (var backend in frame.Backends.Where(b => b.State != "ok"))
        {
            table.AddRow(
                Markup.Escape(backend.Provider),
                Markup.Escape(backend.Model),
                $"[red]{Markup.Escape(backend.State)}[/]",
                backend.ReturnsIn > 0 ? Time(backend.ReturnsIn) : "-",
                Whole(backend.Ejections),
                Markup.Escape(backend.LastError));
        }

        return table;
    }

    internal static Table Grid(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        for (var i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn($"[bold]{columns[i]}[/]").NoWrap();
            table.AddColumn(i == 0 ? column : column.RightAligned());
        }

        return table;
    }

    private static string Failed(double rate) => rate > 0 ? $"[red]{Rate(rate)}[/]" : "0";

    internal static string Rate(double value) => value switch
    {
        0 => "0",
        >= 1e6 => Text(value / 1e6, "0.0") + "M",
        >= 1e4 => Text(value / 1e3, "0.0") + "k",
        >= 100 => Text(value, "0"),
        _ => Text(value, "0.0"),
    };

    internal static string Count(double value) => value switch
    {
        >= 1e6 => Text(value / 1e6, "0.00") + "M",
        >= 1e5 => Text(value / 1e3, "0") + "k",
        _ => Text(value, "0.##"),
    };

    internal static string Money(double dollars) => dollars switch
    {
        0 => "0",
        < 0.01 => Text(dollars, "0.00000"),
        < 10 => Text(dollars, "0.000"),
        _ => Text(dollars, "0.00"),
    };

    internal static string Time(double? seconds) => seconds switch
    {
        null => "-",
        < 0.001 => Text(seconds.Value * 1e6, "0") + " µs",
        < 1 => Text(seconds.Value * 1e3, "0") + " ms",
        _ => Text(seconds.Value, "0.0") + " s",
    };

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
