using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>
/// Writes a response schema as structured output takes it
/// (<see href="https://docs.anthropic.com/en/build-with-claude/structured-outputs"/>): objects must say that they hold nothing else.
/// Whatever satisfies the closed schema satisfies the open one. An object without any properties stays open: closed, it could only
/// be empty, and the provider's refusal says more.
/// </summary>
internal sealed class ClosedSchema(Utf8JsonWriter writer)
{
    private static readonly string[] Maps = ["properties", "$defs", "definitions", "patternProperties", "dependentSchemas"];
    private static readonly string[] Lists = ["anyOf", "allOf", "oneOf", "prefixItems"];
    private static readonly string[] Single = ["items", "additionalProperties", "not", "if", "then", "else", "contains"];

    /// <summary>Writes the schema, as it was written where nothing has to be closed.</summary>
    /// <returns>True when something was closed.</returns>
    public bool Write(RawJson schema)
    {
        using var document = JsonDocument.Parse(schema.Utf8, DeepJson.Document);
        if (!HasOpen(document.RootElement))
        {
            Wire.WriteRaw(writer, schema);
            return false;
        }

        WriteSchema(document.RootElement);
        return true;
    }

    private static bool IsOpen(JsonElement schema)
        => Wire.Member(schema, "properties").ValueKind == JsonValueKind.Object && Wire.Member(schema, "additionalProperties").ValueKind == JsonValueKind.Undefined;

    private static bool HasOpen(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) return false;
        return IsOpen(schema) || schema.EnumerateObject().Any(static member => Kind(member) switch
        {
            JsonValueKind.Object when Maps.Contains(Wire.Name(member), StringComparer.Ordinal) => member.Value.EnumerateObject().Any(static m => HasOpen(m.Value)),
            JsonValueKind.Object => HasOpen(member.Value),
            JsonValueKind.Array => member.Value.EnumerateArray().Any(HasOpen),
            _ => false,
        });
    }

    /// <summary>What a member holds if it holds schemas; undefined when it does not: values of <c>const</c> and <c>enum</c> are none.</summary>
    private static JsonValueKind Kind(JsonProperty member)
    {
        var name = Wire.Name(member);
        return member.Value.ValueKind switch
        {
            JsonValueKind.Object when Maps.Contains(name, StringComparer.Ordinal) || Single.Contains(name, StringComparer.Ordinal) => JsonValueKind.Object,
            JsonValueKind.Array when Lists.Contains(name, StringComparer.Ordinal) => JsonValueKind.Array,
            _ => JsonValueKind.Undefined,
        };
    }

    private void WriteSchema(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            Wire.WriteRaw(writer, Wire.Raw(schema));
            return;
        }

        writer.WriteStartObject();
        foreach (var member in schema.EnumerateObject()) WriteMember(member);
        if (IsOpen(schema)) writer.WriteBoolean("additionalProperties"u8, false);
        writer.WriteEndObject();
    }

    private void WriteMember(JsonProperty member)
    {
        writer.WritePropertyName(Wire.Name(member));
        switch (Kind(member))
        {
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var schema in member.Value.EnumerateArray()) WriteSchema(schema);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Object when Maps.Contains(Wire.Name(member), StringComparer.Ordinal):
                writer.WriteStartObject();
                foreach (var inner in member.Value.EnumerateObject())
                {
                    writer.WritePropertyName(Wire.Name(inner));
                    WriteSchema(inner.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Object: WriteSchema(member.Value); break;
            default: Wire.WriteRaw(writer, Wire.Raw(member.Value)); break;
        }
    }
}
