using System.Text.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// The values of <c>enum</c> and <c>const</c>. Gemini's enum holds strings only; other values are told in the description, because as strings
/// they would make the model answer with strings.
/// </summary>
internal sealed class SchemaValues
{
    private readonly List<string> _others = [];

    /// <summary>Strings among them.</summary>
    public List<string> Strings { get; } = [];

    /// <summary>True when null is among them.</summary>
    public bool HasNull { get; private set; }

    /// <summary>The type that the first of them has.</summary>
    public string? Type { get; private set; }

    /// <summary>True when there are none but null.</summary>
    public bool IsEmpty => Strings.Count == 0 && _others.Count == 0;

    public static SchemaValues Of(SchemaNode node)
    {
        var values = new SchemaValues();
        if (node.Keywords.TryGetValue("const", out var only)) values.Add(only);
        else if (node.Keywords.TryGetValue("enum", out var all) && all.ValueKind == JsonValueKind.Array)
        {
            foreach (var value in all.EnumerateArray()) values.Add(value);
        }

        return values;
    }

    /// <summary>The description with the values; always a loss.</summary>
    public string Describe(string? description, ref bool isLossy)
    {
        isLossy = true;
        var list = "One of: " + string.Join(", ", Strings.Select(s => $"\"{s}\"").Concat(_others)) + ".";
        return string.IsNullOrEmpty(description) ? list : description + " " + list;
    }

    private void Add(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                HasNull = true;
                return;
            case JsonValueKind.String:
                Strings.Add(value.Lossy());
                Type ??= "string";
                return;
            default:
                _others.Add(value.GetRawText());
                Type ??= value.ValueKind switch
                {
                    JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
                    JsonValueKind.True or JsonValueKind.False => "boolean",
                    JsonValueKind.Array => "array",
                    _ => "object",
                };
                return;
        }
    }
}
