using System.Globalization;
using System.Text.Json.Nodes;

namespace Tollgate.Simulator.Content;

/// <summary>
/// Makes a small value that satisfies a JSON Schema (and the OpenAPI subset of Gemini): types, <c>enum</c>, <c>const</c>,
/// <c>default</c>, <c>required</c>, nested objects and arrays, lengths and limits, <c>anyOf</c>/<c>oneOf</c>/<c>allOf</c>,
/// <c>$ref</c> into the same document. <c>pattern</c> is not followed.
/// </summary>
internal sealed class SchemaInstance
{
    private const int MaxDepth = 12;
    private const int MaxItems = 1000;
    private const int MaxLength = 100_000;

    // A schema of a few lines can ask for more values than there is memory.
    private int _valuesLeft = 10_000;

    private readonly JsonNode? _root;
    private readonly string _filler;

    private SchemaInstance(JsonNode? root, string filler) => (_root, _filler) = (root, filler);

    /// <summary>The value; an object when there is no schema.</summary>
    public static JsonNode Make(JsonNode? schema, string filler) =>
        new SchemaInstance(schema, filler.Length == 0 ? "example" : filler).Of(schema, 0) ?? new JsonObject();

    /// <summary>The first words of a text, to fill strings with.</summary>
    public static string Words(string text) => string.Concat(TokenText.Split(text.Trim()).Take(6)).Trim();

    private JsonNode? Of(JsonNode? node, int depth)
    {
        if (node is not JsonObject schema || depth > MaxDepth || --_valuesLeft < 0) return new JsonObject();
        if (schema["$ref"] is { } reference) return Of(Resolve(reference.ToString()), depth + 1);
        if (schema.TryGetPropertyValue("const", out var constant)) return constant?.DeepClone();
        if (schema["enum"] is JsonArray { Count: > 0 } values) return values[0]?.DeepClone();
        if (schema["default"] is { } given) return given.DeepClone();
        foreach (var key in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (schema[key] is JsonArray { Count: > 0 } options) return Of(Preferred(options), depth + 1);
        }

        return schema["allOf"] is JsonArray { Count: > 0 } parts ? Of(Merged(schema, parts), depth + 1) : ByType(schema, depth);
    }

    private JsonNode? ByType(JsonObject schema, int depth) => TypeOf(schema) switch
    {
        "object" => Object(schema, depth),
        "array" => Array(schema, depth),
        "integer" => (long)Math.Ceiling(Number(schema, 1)),
        "number" => Number(schema, 1.5),
        "boolean" => true,
        "null" => null,
        _ => String(schema),
    };

    private static string TypeOf(JsonObject schema)
    {
        var type = schema["type"] is JsonArray many
            ? many.Select(static t => t?.ToString()).FirstOrDefault(static t => t is not (null or "null"))
            : schema["type"]?.ToString();
        return type?.ToLowerInvariant() ?? (schema.ContainsKey("properties") ? "object" : schema.ContainsKey("items") ? "array" : "string");
    }

    private JsonObject Object(JsonObject schema, int depth)
    {
        var value = new JsonObject();
        if (schema["properties"] is not JsonObject properties) return value;
        var required = (schema["required"] as JsonArray)?.Select(static r => r?.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, property) in properties)
        {
            // Where nothing is required, the top level is filled all the same: an empty call tells a tester nothing.
            if (required is { Count: > 0 } ? required.Contains(name) : depth == 0) value[name] = Of(property, depth + 1);
        }

        return value;
    }

    private JsonArray Array(JsonObject schema, int depth)
    {
        var value = new JsonArray();
        if (schema["prefixItems"] is JsonArray prefix)
        {
            foreach (var item in prefix) value.Add(Of(item, depth + 1));
        }

        var count = Math.Clamp(Integer(schema, "minItems") ?? 1, 0, MaxItems);
        count = Math.Min(count, Integer(schema, "maxItems") ?? count);
        while (value.Count < count) value.Add(Of(schema["items"], depth + 1));
        return value;
    }

    private static double Number(JsonObject schema, double wanted)
    {
        if (Real(schema, "minimum") is { } low && wanted < low) wanted = low;
        if (Real(schema, "exclusiveMinimum") is { } above && wanted <= above) wanted = above + 1;
        if (Real(schema, "maximum") is { } high && wanted > high) wanted = high;
        if (Real(schema, "exclusiveMaximum") is { } below && wanted >= below) wanted = below - 1;
        return Real(schema, "multipleOf") is { } step and > 0 ? Math.Ceiling(wanted / step) * step : wanted;
    }

    private string String(JsonObject schema)
    {
        var text = schema["format"]?.ToString() switch
        {
            "date" => "2025-06-01",
            "time" => "12:00:00Z",
            "date-time" => "2025-06-01T12:00:00Z",
            "email" => "someone@example.com",
            "uri" or "url" => "https://example.com/",
            "uuid" => "00000000-0000-4000-8000-000000000000",
            "hostname" => "example.com",
            "ipv4" => "192.0.2.1",
            "ipv6" => "2001:db8::1",
            _ => _filler,
        };
        if (Integer(schema, "minLength") is { } min && text.Length < min) text = text.PadRight(Math.Min(min, MaxLength), 'x');
        return Integer(schema, "maxLength") is >= 0 and var max && text.Length > max ? text[..max] : text;
    }

    private static JsonNode? Preferred(JsonArray options) =>
        options.FirstOrDefault(static o => o is JsonObject s && s["type"]?.ToString() != "null") ?? options[0];

    private static JsonObject Merged(JsonObject schema, JsonArray parts)
    {
        var merged = new JsonObject();
        foreach (var part in parts.OfType<JsonObject>().Append(schema))
        {
            foreach (var (key, value) in part)
            {
                if (key == "allOf") continue;
                if (value is JsonObject more && merged[key] is JsonObject there)
                {
                    foreach (var (name, property) in more) there[name] = property?.DeepClone();
                }
                else if (value is JsonArray list && merged[key] is JsonArray known)
                {
                    foreach (var item in list) known.Add(item?.DeepClone());
                }
                else
                {
                    merged[key] = value?.DeepClone();
                }
            }
        }

        return merged;
    }

    private JsonNode? Resolve(string reference)
    {
        if (!reference.StartsWith('#')) return null;
        var node = _root;
        foreach (var step in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            node = (node as JsonObject)?[name];
        }

        return node;
    }

    // Gemini's limits travel as strings.
    private static double? Real(JsonObject schema, string key) =>
        schema[key] is JsonValue
        && double.TryParse(schema[key]!.ToString(), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static int? Integer(JsonObject schema, string key) => (int?)Real(schema, key);
}
