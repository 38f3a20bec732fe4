using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Makes <see cref="SchemaNode"/>s of one schema document.</summary>
internal sealed class SchemaFlattening(JsonElement root)
{
    private const int MostNodes = 5000;
    private int _nodes;

    /// <summary>True when a reference leads back, nowhere or out of the document, or when the schema grows beyond all bounds: it cannot be written out.</summary>
    public bool IsEndless { get; private set; }

    /// <summary>True when something was said less strictly.</summary>
    public bool IsLossy { get; private set; }

    /// <summary>Flattens one level.</summary>
    public SchemaNode Flatten(JsonElement schema, ImmutableStack<string> trail)
    {
        var node = new SchemaNode(trail);
        Absorb(schema, node);
        return node;
    }

    private void Absorb(JsonElement schema, SchemaNode node)
    {
        if (IsEndless || ++_nodes > MostNodes)
        {
            IsEndless = true;
            return;
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            IsLossy |= schema.ValueKind == JsonValueKind.False;
            return;
        }

        // The reference first, so that what stands beside it wins.
        if (schema.Text("$ref"u8) is { } reference) Follow(reference, node);
        foreach (var keyword in schema.EnumerateObject()) Absorb(keyword, node);
    }

    private void Follow(string reference, SchemaNode node)
    {
        if (node.Trail.Contains(reference, StringComparer.Ordinal) || Resolve(reference) is not { } target)
        {
            IsEndless = true;
            return;
        }

        node.Trail = node.Trail.Push(reference);
        Absorb(target, node);
    }

    private void Absorb(JsonProperty keyword, SchemaNode node)
    {
        switch (keyword.Name)
        {
            case "$ref":
                break;
            case "type":
                TakeTypes(keyword.Value, node);
                break;
            case "properties" when keyword.Value.ValueKind == JsonValueKind.Object:
                foreach (var property in keyword.Value.EnumerateObject()) node.Properties[property.Name] = property.Value;
                break;
            case "required" when keyword.Value.ValueKind == JsonValueKind.Array:
                node.Required.AddRange(Texts(keyword.Value).Except(node.Required, StringComparer.Ordinal));
                break;
            case "allOf" when keyword.Value.ValueKind == JsonValueKind.Array:
                IsLossy |= keyword.Value.GetArrayLength() > 1;
                foreach (var part in keyword.Value.EnumerateArray()) Absorb(part, node);
                break;
            case "anyOf" or "oneOf" when keyword.Value.ValueKind == JsonValueKind.Array:
                IsLossy |= keyword.Name == "oneOf";
                TakeBranches(keyword.Value, node);
                break;
            default:
                node.Keywords[keyword.Name] = keyword.Value;
                break;
        }
    }

    private static void TakeTypes(JsonElement value, SchemaNode node)
    {
        var types = (value.ValueKind == JsonValueKind.Array ? Texts(value) : value.ValueKind == JsonValueKind.String ? [value.Lossy()] : []).ToArray();
        node.Types.Clear();
        foreach (var type in types)
        {
            if (type.Equals("null", StringComparison.OrdinalIgnoreCase) && types.Length > 1) node.IsNullable = true;
            else node.Types.Add(type);
        }
    }

    private void TakeBranches(JsonElement value, SchemaNode node)
    {
        var branches = value.EnumerateArray().Where(b => !IsNull(b)).ToArray();
        node.IsNullable |= branches.Length < value.GetArrayLength();
        if (branches.Length == 1)
        {
            Absorb(branches[0], node);
            return;
        }

        IsLossy |= node.Branches.Count > 0;
        node.Branches.Clear();
        node.Branches.AddRange(branches);
    }

    private static bool IsNull(JsonElement branch) =>
        branch.Text("type"u8) == "null" || (branch.TryMember("const"u8, out var value) && value.ValueKind == JsonValueKind.Null);

    private static IEnumerable<string> Texts(JsonElement array) =>
        array.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.Lossy());

    /// <summary>Only pointers into the document; <c>$anchor</c> and other documents are not looked for.</summary>
    private JsonElement? Resolve(string reference)
    {
        if (reference == "#") return root;
        if (!reference.StartsWith("#/", StringComparison.Ordinal)) return null;
        var at = root;
        foreach (var escaped in reference[2..].Split('/'))
        {
            var step = Uri.UnescapeDataString(escaped).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(step, out var member)) at = member;
            else if (at.ValueKind == JsonValueKind.Array && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < at.GetArrayLength()) at = at[index];
            else return null;
        }

        return at;
    }
}
