using Tollgate.Configuration.Schema;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes a record of what stands at <c>ledger</c>.</summary>
internal static class LedgerBinder
{
    private const string Sqlite = "sqlite";

    /// <param name="node">What stands there; null: nothing.</param>
    /// <param name="fileName">The configuration's file: paths are relative to its folder.</param>
    internal static LedgerConfig? Bind(YamlNode? node, string fileName) => node switch
    {
        YamlScalar { IsBroken: false, IsNull: false, Text.Length: > 0 } scalar => Store(scalar.Text, fileName),
        YamlMap map when map.Text("store") is { } store => With(Store(store, fileName), map),
        _ => null,
    };

    private static LedgerConfig? Store(string text, string fileName)
    {
        if (text is LedgerConfig.Off or Sqlite) return new LedgerConfig { Kind = text };
        if (text.StartsWith("sqlite:", StringComparison.Ordinal)) return new LedgerConfig { Kind = Sqlite, Path = Absolute(text["sqlite:".Length..], fileName) };
        return LedgerShapes.IsPostgres(text) ? new LedgerConfig { Kind = "postgres", Url = new Secret(text) } : null;
    }

    private static LedgerConfig? With(LedgerConfig? store, YamlMap map) => store is null ? null : store with
    {
        Durability = map.Text("durability") == LedgerShapes.Durabilities[1] ? LedgerDurability.Strict : LedgerDurability.Relaxed,
        Retention = map.Text("retention") is { } days ? LedgerShapes.ParseDays(days) : null,
        Queue = map.Number("queue") ?? store.Queue,
        MaxWait = map.Duration("maxWait") ?? store.MaxWait,
    };

    private static string? Absolute(string path, string fileName)
    {
        if (path.Any(char.IsControl)) return null;
        var folder = fileName.Length == 0 ? "" : Path.GetDirectoryName(Path.GetFullPath(fileName)) ?? "";
        return Path.GetFullPath(Path.Combine(folder, path));
    }
}
