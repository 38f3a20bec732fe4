using System.Text.Json;

namespace Tollgate.Configuration.Schema;

/// <summary>Writes shapes as JSON Schema.</summary>
internal sealed class SchemaWriter(Utf8JsonWriter json)
{
    // A variable can stand anywhere; only numbers and flags need to be told so, because a text can always hold one.
    private const string VariablePattern = "\\$\\{[^}]+\\}";

    private readonly SortedDictionary<string, ObjectShape> _definitions = new(StringComparer.Ordinal);

    /// <summary>Writes the members of a shape into the object that is open.</summary>
    public void Members(Shape shape)
    {
        switch (shape)
        {
            case ScalarShape scalar: Scalar(scalar); break;
            case ListShape list: List(list); break;
            case MapShape map: Map(map); break;
            case ObjectShape { Name: { } name } known: Reference(name, known); break;
            case ObjectShape known: Object(known); break;
            case FormsShape forms: Forms(forms); break;
        }
    }

    /// <summary>Writes <c>$defs</c>: everything that was referred to, and what that refers to.</summary>
    public void Definitions()
    {
        json.WriteStartObject("$defs"u8);
        var written = new HashSet<string>(StringComparer.Ordinal);
        while (_definitions.FirstOrDefault(pair => !written.Contains(pair.Key)) is { Key: not null } next)
        {
            written.Add(next.Key);
            json.WriteStartObject(next.Key);
            Object(next.Value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Writes a map with known keys.</summary>
    public void Object(ObjectShape shape)
    {
        if (shape.MayBeEmpty) json.WriteStrings("type"u8, ["object", "null"]);
        else json.WriteString("type"u8, "object"u8);
        json.WriteBoolean("additionalProperties"u8, false);
        json.WriteStartObject("properties"u8);
        foreach (var key in shape.Keys)
        {
            json.WriteStartObject(key.Name);
            json.WriteString("description"u8, key.Description);
            if (key.Refusal is not null) json.WriteBoolean("deprecated"u8, true);
            Members(key.Shape);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        var required = shape.Keys.Where(key => key.IsRequired).Select(key => key.Name).ToList();
        if (required.Count > 0) json.WriteStrings("required"u8, required);
    }

    private void Reference(string name, ObjectShape shape)
    {
        _definitions[name] = shape;
        json.WriteString("$ref"u8, $"#/$defs/{name}");
    }

    private void List(ListShape shape)
    {
        json.WriteString("type"u8, "array"u8);
        json.WriteStartObject("items"u8);
        Members(shape.Item);
        json.WriteEndObject();
    }

    private void Map(MapShape shape)
    {
        json.WriteString("type"u8, "object"u8);
        json.WriteStartObject("additionalProperties"u8);
        Members(shape.Value);
        json.WriteEndObject();
    }

    private void Forms(FormsShape shape)
    {
        json.WriteStartArray("anyOf"u8);
        foreach (var form in shape.Forms)
        {
            json.WriteStartObject();
            Members(form);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Scalar(ScalarShape shape)
    {
        if (shape.JsonType == "string") json.WriteStrings("type"u8, AlsoNumber(shape) ? ["string", "integer"] : ["string"]);
        else json.WriteStrings("type"u8, [shape.JsonType, "string"]);

        if (shape.JsonType != "string") json.WriteString("pattern"u8, VariablePattern);
        else if (shape.Choices.Length > 0) json.WriteString("pattern"u8, $"^({string.Join('|', shape.Choices)})$|{VariablePattern}");
        else if (shape.Pattern is not null) json.WriteString("pattern"u8, $"{shape.Pattern}|{VariablePattern}");
        if (shape.Minimum is { } minimum) json.WriteNumber("minimum"u8, minimum);
        if (shape.Choices.Length > 0) json.WriteStrings("examples"u8, shape.Choices);
    }

    // YAML reads 1975 as a number where the loader takes it as a text: a port, bytes, seconds, a header's value.
    private static bool AlsoNumber(ScalarShape shape) =>
        ReferenceEquals(shape, ScalarShapes.Address) || ReferenceEquals(shape, ScalarShapes.Size)
        || ReferenceEquals(shape, ScalarShapes.Time) || ReferenceEquals(shape, ScalarShapes.HeaderValue);
}

/// <summary>Lists of texts in one call.</summary>
internal static class JsonLists
{
    public static void WriteStrings(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count == 1 && name.SequenceEqual("type"u8))
        {
            json.WriteString(name, values[0]);
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>The overload for immutable arrays, which are no reference type.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, ReadOnlySpan<byte> name, System.Collections.Immutable.ImmutableArray<string> values) =>
        WriteStrings(json, name, (IReadOnlyList<string>)values);
}
