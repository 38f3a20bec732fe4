namespace Tollgate.Kubernetes.Fields;

/// <summary>Writes every kind and field with what becomes of it, as part of <c>docs/manifests.md</c>.</summary>
internal static class FieldDocument
{
    /// <summary>The line of the page behind which everything is generated.</summary>
    public const string Mark = "<!-- what follows is generated: ./dev golden -->";

    public static void Write(TextWriter output, KindTable table)
    {
        foreach (var kind in table.Kinds)
        {
            output.Write($"\n### {kind.Name}\n\n`{string.Join("`, `", kind.Versions)}`{Sentence(kind.Field)}\n");
            var fields = kind.Field.Fields.SelectMany(field => Rows(field, "")).ToList();
            if (fields is [{ Path: "spec", Field.Type: "any" }]) continue;

            output.Write("\n| field | holds | here |\n|---|---|---|\n");
            foreach (var (path, field) in fields) output.Write($"| `{path}`{(field.IsRequired ? " *" : "")} | {Holds(field)} | {Here(field)} |\n");
        }
    }

    private static IEnumerable<(string Path, Field Field)> Rows(Field field, string above)
    {
        var path = above + field.Name + (field.IsList ? "[]" : "");
        yield return (path, field);
        foreach (var row in field.Fields.SelectMany(inner => Rows(inner, path + "."))) yield return row;
    }

    private static string Holds(Field field)
    {
        var type = field.Type switch { "gwduration" => "duration", "any" => "anything", var other => other };
        var limits = field.Limits.OrderBy(limit => limit.Key, StringComparer.Ordinal).Select(limit => limit.Key switch
        {
            "enum" => limit.Value.Replace(",", ", ", StringComparison.Ordinal),
            "min" => "at least " + limit.Value,
            "max" => "at most " + limit.Value,
            "not" => "not " + limit.Value,
            "in" => limit.Value + " only",
            "unique" => "each " + limit.Value + " once",
            _ => "each once",
        });
        var rules = field.Rules.Select(rule => $"`{rule}`");
        return string.Join("; ", [type, .. limits, .. rules]);
    }

    private static string Here(Field field) => field.Decision switch
    {
        Decision.Ignored => $"no effect: {field.Note}",
        Decision.Refused => $"refused: {field.Note}",
        _ => field.Note.Length == 0 ? "honoured" : $"honoured: {field.Note}",
    };

    private static string Sentence(Field kind) => kind.Decision == Decision.Honoured && kind.Note.Length == 0 ? "" : $": {Here(kind)}";
}
