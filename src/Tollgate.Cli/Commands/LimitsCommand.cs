using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Tollgate.Cli.Commands;

/// <summary><c>tollgate limits</c>: budgets and limits of keys, clients, teams and organisations on a running gateway, and what is used of them.</summary>
internal static class LimitsCommand
{
    internal static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        return new AdminCall().Wire(new Command("limits", "Show the budgets and limits of keys, clients, teams and organisations, and what is used of them.") { json }, async (result, client, cancellation) =>
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
            Console.Out.WriteLine("No key, client, team or organisation has a budget or a limit. Limits of requests of all kinds are on the admin port at /limits.");
            return;
        }

        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("of", "counts", "allowed");
        foreach (var title in (string[])["used", "reserved", "remaining"]) table.AddColumn(new TableColumn(title).RightAligned());
        foreach (var limit in limits) table.AddRow(Cells(limit).Select(cell => new Text(cell)));
        Terminal.Open().Write(table);
    }

    private static IEnumerable<string> Cells(JsonElement limit)
    {
        var isMoney = limit.GetProperty("counts").GetString() == "budget";
        yield return ((string[])["organization", "team", "client", "key"]).Where(noun => limit.TryGetProperty(noun, out _)).Select(noun => $"{noun} {limit.GetProperty(noun).GetString()}").First();
        yield return isMoney ? "US dollars" : limit.GetProperty("counts").GetString()!;
        yield return $"{Number(limit, "limit", isMoney)} a {limit.GetProperty("per").GetString()}";
        foreach (var amount in (string[])["used", "reserved", "remaining"]) yield return Number(limit, amount, isMoney);
    }

    private static string Number(JsonElement limit, string name, bool isMoney) => limit.GetProperty(name).GetDecimal().ToString(isMoney ? "0.00####" : "#,0", CultureInfo.InvariantCulture);
}
