using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Tollgate.Cli.Commands;

/// <summary><c>tollgate limits</c>: the limits of a running gateway's configuration, keys, clients, teams and organisations, and what is used of them.</summary>
internal static class LimitsCommand
{
    /// <summary>Counters that are shown of a limit that has several.</summary>
    private const int Most = 5;

    internal static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        return new AdminCall().Wire(new Command("limits", "Show the limits of the configuration, of keys, clients, teams and organisations, and what is used of them.") { json }, async (result, client, cancellation) =>
        {
            if (await AdminCall.AskAsync(client, HttpMethod.Get, "/admin/v1/limits", null, cancellation) is not { } document) return 1;
            if (result.GetValue(json)) Console.Out.WriteLine(document.GetRawText());
            else Print([.. document.GetProperty("limits").EnumerateArray()]);
            return 0;
        });
    }

    private static void Print(IReadOnlyList<JsonElement> limits)
    {
        if (limits.Count == 0)
        {
            Console.Out.WriteLine("There are no limits: neither in the configuration nor of a key, client, team or organisation.");
            return;
        }

        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("of", "counts", "allowed");
        foreach (var title in (string[])["used", "reserved", "remaining"]) table.AddColumn(new TableColumn(title).RightAligned());
        foreach (var limit in limits)
        {
            table.AddRow(Cells(limit, Owner(limit), limit).Select(cell => new Text(cell)));
            if (!limit.TryGetProperty("fullest", out var fullest)) continue;
            foreach (var counter in fullest.EnumerateArray().Take(Most)) table.AddRow(Cells(limit, "  " + counter.GetProperty("subject").GetString(), counter).Select(cell => new Text(cell)));
        }

        Terminal.Open().Write(table);
    }

    private static string Owner(JsonElement limit) =>
        ((string[])["organization", "team", "client", "key"]).Where(noun => limit.TryGetProperty(noun, out _)).Select(noun => $"{noun} {limit.GetProperty(noun).GetString()}").FirstOrDefault()
        ?? $"limit {limit.GetProperty("name").GetString()}{(limit.TryGetProperty("by", out var by) ? " by " + string.Join(", ", by.EnumerateArray().Select(key => key.GetString())) : "")}";

    /// <param name="limit">The limit.</param>
    /// <param name="of">Whose amounts they are.</param>
    /// <param name="amounts">What has them: the limit, or one of its counters.</param>
    private static IEnumerable<string> Cells(JsonElement limit, string of, JsonElement amounts)
    {
        var isMoney = limit.GetProperty("counts").GetString() == "budget";
        yield return of;
        yield return isMoney ? "US dollars" : limit.GetProperty("counts").GetString()!;
        yield return $"{Number(limit, "limit", isMoney)} a {limit.GetProperty("per").GetString()}";
        foreach (var amount in (string[])["used", "reserved", "remaining"]) yield return Number(amounts, amount, isMoney);
    }

    /// <summary>A shared store does not tell what is reserved, and nothing while it is away.</summary>
    private static string Number(JsonElement limit, string name, bool isMoney) =>
        limit.TryGetProperty(name, out var amount) ? amount.GetDecimal().ToString(isMoney ? "0.00####" : "#,0", CultureInfo.InvariantCulture) : "?";
}
