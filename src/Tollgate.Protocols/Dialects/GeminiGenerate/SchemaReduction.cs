using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// Says a JSON Schema in Gemini's older Schema object (a subset of OpenAPI 3.0): references written out, null as <c>nullable</c>, one
/// alternative or conjunct inlined, const as enum, oneOf as anyOf; whatever else the subset does not know is left out, and that is logged.
/// </summary>
internal sealed class SchemaReduction
{
    private const int Deepest = 100;
    private readonly SchemaFlattening _flattening;
    private bool _isLossy;
    private bool _isTooDeep;

    private SchemaReduction(JsonElement root) => _flattening = new SchemaFlattening(root);

    /// <summary>Writes the schema as one value.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="schema">JSON Schema, an object.</param>
    /// <param name="log">Receives what was lost.</param>
    /// <param name="pointer">Where the schema stands in the client's body.</param>
    public static void Write(Utf8JsonWriter json, RawJson schema, FidelityLog log, string pointer)
    {
        using var document = JsonDocument.Parse(schema.Utf8, DeepJson.Document);
        var reduction = new SchemaReduction(document.RootElement);
        reduction.Write(json, document.RootElement, [], depth: 0);
        if (reduction._flattening.IsEndless || reduction._isTooDeep) log.Apply(Fidelity.SchemaEndless, pointer);
        if (reduction._flattening.IsLossy || reduction._isLossy) log.Apply(Fidelity.SchemaLost, pointer);
    }

    private void Write(Utf8JsonWriter json, JsonElement schema, ImmutableStack<string> trail, int depth, bool isNullable = false, string? description = null)
    {
        json.WriteStartObject();
        _isTooDeep |= depth > Deepest;
        var node = _flattening.Flatten(schema, trail);
        if (!_isTooDeep && !_flattening.IsEndless)
        {
            node.IsNullable |= isNullable;
            description = node.Text("description") ?? description;
            if (node.Branches.Count > 1 && node.Properties.Count == 0) WriteBranches(json, node, description, depth);
            else if (node.Types.Count > 1) WriteTypes(json, node, description);
            else WriteOne(json, node, description, depth);
        }

        json.WriteEndObject();
    }

    /// <summary>anyOf must stand alone: null and the description go into each branch.</summary>
    private void WriteBranches(Utf8JsonWriter json, SchemaNode node, string? description, int depth)
    {
        _isLossy |= node.Keywords.Keys.Any(k => !IsNote(k) && k != "description");
        json.WriteStartArray("anyOf"u8);
        foreach (var branch in node.Branches) Write(json, branch, node.Trail, depth + 1, node.IsNullable, description);
        json.WriteEndArray();
    }

    private void WriteTypes(Utf8JsonWriter json, SchemaNode node, string? description)
    {
        _isLossy |= node.Properties.Count > 0 || node.Keywords.Keys.Any(k => !IsNote(k) && k != "description");
        json.WriteStartArray("anyOf"u8);
        foreach (var type in node.Types)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            if (node.IsNullable) json.WriteBoolean("nullable"u8, value: true);
            if (description is not null) json.WriteString("description"u8, description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteOne(Utf8JsonWriter json, SchemaNode node, string? description, int depth)
    {
        _isLossy |= node.Branches.Count > 0;
        var values = SchemaValues.Of(node);
        var type = node.Types.FirstOrDefault() ?? Implied(node, values);
        if (type is not null) json.WriteString("type"u8, type);
        if (node.IsNullable || values.HasNull) json.WriteBoolean("nullable"u8, value: true);
        if (values.Strings.Count > 0 && IsType(type, "string")) WriteStrings(json, "enum"u8, values.Strings);
        else if (!values.IsEmpty) description = values.Describe(description, ref _isLossy);
        if (description is not null) json.WriteString("description"u8, description);
        foreach (var (name, value) in node.Keywords) WriteKeyword(json, name, value, type, node);
        WriteItems(json, node, type, depth);
        WriteProperties(json, node, depth);
    }

    private static string? Implied(SchemaNode node, SchemaValues values)
    {
        if (node.Properties.Count > 0) return "object";
        if (node.Keywords.ContainsKey("items")) return "array";
        return values.Type;
    }

    private void WriteKeyword(Utf8JsonWriter json, string name, JsonElement value, string? type, SchemaNode node)
    {
        switch (name)
        {
            case "minItems" or "maxItems" or "minProperties" or "maxProperties" or "minLength" or "maxLength" when value.ValueKind == JsonValueKind.Number:
                json.WriteString(name, value.TryGetInt64(out var whole) ? whole.ToString(CultureInfo.InvariantCulture) : value.GetDouble().ToString("F0", CultureInfo.InvariantCulture)); // int64 in protobuf's JSON
                break;
            case "exclusiveMinimum" or "exclusiveMaximum" when value.ValueKind == JsonValueKind.Number:
                var bound = name == "exclusiveMinimum" ? "minimum" : "maximum";
                if (!node.Keywords.ContainsKey(bound)) WriteRaw(json, bound, value);
                _isLossy = true;
                break;
            case "format" when IsFormat(type, value):
            case "title" or "minimum" or "maximum" or "pattern" or "default" or "example" or "propertyOrdering":
                WriteRaw(json, name, value);
                break;
            case "nullable" when value.ValueKind == JsonValueKind.True && !node.IsNullable:
                WriteRaw(json, name, value);
                break;
            case "description" or "items" or "prefixItems" or "enum" or "const" or "nullable":
            case "additionalProperties" when value.ValueKind == JsonValueKind.False:
                break; // Said elsewhere, or what Gemini does anyway.
            default:
                _isLossy |= !IsNote(name);
                break;
        }
    }

    /// <summary>An array must have items.</summary>
    private void WriteItems(Utf8JsonWriter json, SchemaNode node, string? type, int depth)
    {
        if (!IsType(type, "array")) return;
        json.WritePropertyName("items"u8);
        var isTuple = node.Keywords.TryGetValue("prefixItems", out var items) && items.ValueKind == JsonValueKind.Array;
        if (!isTuple && node.Keywords.TryGetValue("items", out items) && items.ValueKind == JsonValueKind.Object)
        {
            Write(json, items, node.Trail, depth + 1);
            return;
        }

        _isLossy = true;
        json.WriteStartObject();
        if (items.ValueKind == JsonValueKind.Array && items.GetArrayLength() > 0)
        {
            json.WriteStartArray("anyOf"u8);
            foreach (var item in items.EnumerateArray()) Write(json, item, node.Trail, depth + 1);
            json.WriteEndArray();
        }
        else
        {
            json.WriteString("type"u8, "string"u8);
        }

        json.WriteEndObject();
    }

    private void WriteProperties(Utf8JsonWriter json, SchemaNode node, int depth)
    {
        if (node.Properties.Count == 0) return;
        json.WriteStartObject("properties"u8);
        foreach (var (name, schema) in node.Properties)
        {
            json.WritePropertyName(name);
            Write(json, schema, node.Trail, depth + 1);
        }

        json.WriteEndObject();
        var required = node.Required.Where(node.Properties.ContainsKey).ToArray();
        if (required.Length > 0) WriteStrings(json, "required"u8, required);
    }

    private static void WriteStrings(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void WriteRaw(Utf8JsonWriter json, string name, JsonElement value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.GetRawText(), skipInputValidation: true);
    }

    private static bool IsFormat(string? type, JsonElement format) =>
        format.ValueKind == JsonValueKind.String && (type?.ToUpperInvariant(), format.Lossy()) is ("STRING", "date-time" or "enum") or ("NUMBER", "float" or "double") or ("INTEGER", "int32" or "int64");

    private static bool IsType(string? type, string name) => name.Equals(type, StringComparison.OrdinalIgnoreCase);

    /// <summary>Keywords that hold no rule for the answer.</summary>
    private static bool IsNote(string keyword) =>
        keyword is "$schema" or "$id" or "$defs" or "definitions" or "$comment" or "$anchor" or "title" or "examples" or "deprecated" or "readOnly" or "writeOnly";
}
