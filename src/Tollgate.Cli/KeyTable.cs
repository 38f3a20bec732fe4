using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Tollgate.Cli;

/// <summary>Keys as a table.</summary>
internal static class KeyTable
{
    internal static IRenderable Of(IReadOnlyList<JsonElement> keys)
    {
        if (keys.Count == 0) return new Text("There are no keys that were made at run time: make one with 'tollgate keys create NAME'.\n");
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("id", "name", "key", "team", "models", "providers", "allowed", "expires", "state");
        foreach (var key in keys.OrderBy(k => Value(k, "name"), StringComparer.Ordinal)) table.AddRow(Cells(key).Select(cell => new Text(cell)));
        return table;
    }

    private static IEnumerable<string> Cells(JsonElement key) =>
    [
        Value(key, "id"), Value(key, "name"), Value(key, "hint"), Value(key, "team"), List(key, "models"), List(key, "providers"), Allowed(key), Value(key, "expires"),
        key.GetProperty("disabled").GetBoolean() ? "disabled" : key.TryGetProperty("formerUntil", out var until) ? $"old key until {until.GetString()}" : "in use",
    ];

    private static string Allowed(JsonElement key)
    {
        var parts = new List<string>();
        if (key.TryGetProperty("budget", out var budget)) parts.AddRange(budget.EnumerateArray().Select(b => $"${b.GetString()}"));
        if (key.TryGetProperty("limits", out var limits)) parts.AddRange(limits.EnumerateObject().SelectMany(l => l.Value.EnumerateArray().Select(v => $"{v.GetString()!.Replace("/", $" {l.Name}/", StringComparison.Ordinal)}")));
        return parts.Count == 0 ? "" : string.Join(", ", parts);
    }

    private static string List(JsonElement key, string name) => key.TryGetProperty(name, out var list) ? string.Join(", ", list.EnumerateArray().Select(v => v.GetString())) : "all";

    private static string Value(JsonElement key, string name) => key.TryGetProperty(name, out var value) ? value.GetString()! : "";
}
