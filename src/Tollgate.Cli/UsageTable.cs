using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Tollgate.Cli;

/// <summary>A report as a table: the most expensive first where there are no times, and the sum of all.</summary>
internal static class UsageTable
{
    private static readonly ImmutableArray<(string Member, string Title)> Sums =
    [
        ("requests", "requests"), ("failures", "failed"), ("input_tokens", "input"), ("cached_input_tokens", "cached"), ("output_tokens", "output"), ("cost_usd", "USD"),
    ];

    internal static IRenderable Of(JsonElement report)
    {
        var rows = report.GetProperty("rows").EnumerateArray().ToList();
        if (rows.Count == 0) return new Text($"Nothing was used from {report.GetProperty("from").GetString()} to {report.GetProperty("to").GetString()}.\n");
        List<string> names = [.. rows[0].EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String).Select(member => member.Name)];
        if (!names.Contains("start")) rows = [.. rows.OrderByDescending(row => row.GetProperty("cost_usd").GetDecimal())];

        var table = new Table { Border = TableBorder.Rounded };
        foreach (var name in names) table.AddColumn(new TableColumn(Markup.Escape(name)));
        foreach (var (_, title) in Sums) table.AddColumn(new TableColumn(title).RightAligned());
        foreach (var row in rows) table.AddRow(names.Select(name => Cell(row.GetProperty(name).GetString()!)).Concat(Sums.Select(sum => Number(sum.Member, row.GetProperty(sum.Member).GetDecimal()))));
        if (rows.Count > 1) table.AddRow(names.Select((_, i) => new Text(i == 0 ? "all" : "")).Concat(Sums.Select(sum => Number(sum.Member, rows.Sum(row => row.GetProperty(sum.Member).GetDecimal())))));
        if (Notes(rows) is { Length: > 0 } notes) table.Caption = new TableTitle(Markup.Escape(notes));
        return table;
    }

    private static Text Cell(string value) => new(value.Length == 0 ? "–" : value);

    private static Text Number(string member, decimal value) => new(value.ToString(member == "cost_usd" ? "0.00####" : "#,0", CultureInfo.InvariantCulture));

    private static string Notes(List<JsonElement> rows)
    {
        var unpriced = rows.Sum(row => row.GetProperty("unpriced").GetInt64());
        var estimated = rows.Sum(row => row.GetProperty("estimated").GetInt64());
        return string.Join("; ", new[]
        {
            unpriced > 0 ? string.Create(CultureInfo.InvariantCulture, $"{unpriced} calls used something without a known price, which is in no sum") : "",
            estimated > 0 ? string.Create(CultureInfo.InvariantCulture, $"{estimated} are partly estimates") : "",
        }.Where(note => note.Length > 0));
    }
}
