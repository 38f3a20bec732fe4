using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Writes tools, and which of them must be called.</summary>
internal static class ToolWriter
{
    public static void Write(Utf8JsonWriter json, Tool tool, ToolNames names, FidelityLog log, string pointer)
    {
        if (tool.Cache is not null) log.Apply(Rules.CacheHints, pointer);
        if (tool.OpaqueDialect is { } dialect)
        {
            if (dialect == OpenAIChatClient.DialectName) json.WriteRaw(tool.Opaque);
            else log.Apply(Rules.ForeignTool, pointer);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteText("name"u8, names.ToProvider(tool.Name));
        if (tool.Description is { } description) json.WriteText("description"u8, description);
        json.WritePropertyName("parameters"u8);
        WriteSchema(json, tool.Schema);
        if (tool.Strict is { } strict) json.WriteBoolean("strict"u8, strict);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteChoice(Utf8JsonWriter json, ToolChoice choice, ToolNames names)
    {
        json.WritePropertyName("tool_choice"u8);
        if (choice.Mode != ToolChoiceMode.Named)
        {
            json.WriteStringValue(choice.Mode switch { ToolChoiceMode.None => "none"u8, ToolChoiceMode.Required => "required"u8, _ => "auto"u8 });
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteText("name"u8, names.ToProvider(choice.Name ?? ""));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>OpenAI refuses an object schema without <c>properties</c>, and other servers a tool without a schema; other dialects have both.</summary>
    public static void WriteSchema(Utf8JsonWriter json, RawJson schema)
    {
        if (schema.IsEmpty)
        {
            json.WriteRawValue("""{"type":"object","properties":{}}"""u8, skipInputValidation: true);
            return;
        }

        var (isObject, hasProperties) = (false, false);
        var members = new JsonMembers(schema.Utf8.Span);
        while (members.Next())
        {
            isObject |= members.Name.SequenceEqual("type"u8) && members.Value.SequenceEqual("\"object\""u8);
            hasProperties |= members.Name.SequenceEqual("properties"u8);
        }

        json.WriteRaw(isObject && !hasProperties ? WithProperties(schema) : schema);
    }

    /// <summary>It has a member already, so a comma is right.</summary>
    private static RawJson WithProperties(RawJson schema)
    {
        var end = schema.Utf8.Span.LastIndexOf((byte)'}');
        return new RawJson((byte[])[.. schema.Utf8.Span[..end], .. ",\"properties\":{}}"u8]);
    }
}
