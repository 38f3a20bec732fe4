using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Writes <c>tools</c> and <c>tool_choice</c>.</summary>
internal sealed class ToolWriter(Utf8JsonWriter writer, ChatRequest request, ModelTraits model, ToolNames names, CacheMarks marks, FidelityLog log)
{
    public void Write()
    {
        if (!names.IsIdentity) log.Apply(Fidelity.ToolName, "/tools");
        if (request.Tools.Count > 0)
        {
            writer.WriteStartArray("tools"u8);
            for (var i = 0; i < request.Tools.Count; i++) WriteTool(request.Tools[i], $"/tools/{i}");
            writer.WriteEndArray();
        }

        WriteChoice();
    }

    private void WriteTool(Tool tool, string pointer)
    {
        if (tool.OpaqueDialect is { } dialect)
        {
            if (dialect == Wire.Dialect) Wire.WriteRaw(writer, tool.Opaque);
            else log.Apply(Fidelity.HostedTool, pointer);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("name"u8, names.ToProvider(tool.Name));
        if (tool.Description is { } description) writer.WriteString("description"u8, description);
        writer.WritePropertyName("input_schema"u8);
        WriteSchema(tool.Schema);
        if (tool.Strict == true)
        {
            if (model.HasSchemas) writer.WriteBoolean("strict"u8, true);
            else log.Apply(Fidelity.Strict, pointer);
        }

        marks.Write(writer, tool.Cache, pointer);
        writer.WriteEndObject();
    }

    /// <summary>The API demands a schema, and its <c>type</c>; OpenAI's clients may leave out both.</summary>
    private void WriteSchema(RawJson schema)
    {
        if (schema.IsEmpty || !Wire.IsObject(schema.Utf8.Span))
        {
            writer.WriteRawValue("""{"type":"object","properties":{}}"""u8, skipInputValidation: true);
            return;
        }

        using var document = JsonDocument.Parse(schema.Utf8, DeepJson.Document);
        if (Wire.Member(document.RootElement, "type").ValueKind != JsonValueKind.Undefined)
        {
            Wire.WriteRaw(writer, schema);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, "object"u8);
        foreach (var member in document.RootElement.EnumerateObject())
        {
            writer.WritePropertyName(Wire.Name(member));
            Wire.WriteRaw(writer, Wire.Raw(member.Value));
        }

        writer.WriteEndObject();
    }

    private void WriteChoice()
    {
        var mode = request.ToolChoice?.Mode;
        var single = request.ParallelToolCalls == false && mode != ToolChoiceMode.None;

        // Without tools there is nothing to choose, and the API says so with a 400; a demand for a call should get just that.
        if (request.Tools.Count == 0 && mode is null or ToolChoiceMode.Auto or ToolChoiceMode.None) return;
        if (mode is null && !single) return;
        writer.WriteStartObject("tool_choice"u8);
        writer.WriteString("type"u8, mode switch
        {
            ToolChoiceMode.None => "none"u8,
            ToolChoiceMode.Required => "any"u8,
            ToolChoiceMode.Named => "tool"u8,
            _ => "auto"u8,
        });
        if (mode == ToolChoiceMode.Named) writer.WriteString("name"u8, names.ToProvider(request.ToolChoice!.Name ?? ""));
        if (single) writer.WriteBoolean("disable_parallel_tool_use"u8, true);
        writer.WriteEndObject();
    }
}
