using System.Globalization;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>
/// Writes <c>toolConfig</c>, which Converse also wants when nothing but the history has calls
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html"/>).
/// </summary>
internal sealed class ToolConfigWriter(Utf8JsonWriter json, ChatRequest request, ConverseModel model, ToolNames names, BlockWriter blocks, FidelityLog log)
{
    public void Write()
    {
        if (request.Tools.Count == 0 && request.ToolChoice is null && !HasHistory()) return;
        var tools = Sendable();
        var history = History();
        var choice = request.ToolChoice;
        CheckChoice(tools, choice);
        if (request.ParallelToolCalls == false && tools.Count > 0) log.Apply(ConverseRules.Parallel, request.PlaceOf(RequestMember.ParallelToolCalls));
        if (choice?.Mode == ToolChoiceMode.None)
        {
            if (tools.Count > 0) log.Apply(history.Length == 0 ? ConverseRules.NoTools : ConverseRules.NoToolsWithHistory, request.PlaceOf(RequestMember.ToolChoice));
            if (history.Length == 0) return;
        }

        if (tools.Count == 0 && history.Length == 0) return;
        if (!names.IsIdentity) log.Apply(ConverseRules.ToolName, request.PlaceOf(RequestMember.Tools));
        json.WriteStartObject("toolConfig"u8);
        json.WriteStartArray("tools"u8);
        foreach (var tool in tools) WriteTool(tool);
        if (tools.Count == 0) WriteHistory(history);
        json.WriteEndArray();
        if (choice is not null && tools.Count > 0) WriteChoice(choice);
        json.WriteEndObject();
    }

    private bool HasHistory()
    {
        for (var i = 0; i < request.Turns.Count; i++)
        {
            var parts = request.Turns[i].Parts;
            for (var j = 0; j < parts.Count; j++)
            {
                if (parts[j] is ToolCallPart or ToolResultPart) return true;
            }
        }

        return false;
    }

    /// <summary>Names of the tools that were called, so that at least one is there when anything was.</summary>
    private string[] History()
    {
        var parts = request.Turns.SelectMany(t => t.Parts).ToArray();
        string[] called = [.. parts.OfType<ToolCallPart>().Select(c => c.Name).Distinct(StringComparer.Ordinal)];
        if (called.Length > 0) return called;
        return [.. parts.OfType<ToolResultPart>().Select(r => r.Name ?? "tool").Distinct(StringComparer.Ordinal)];
    }

    private List<Tool> Sendable()
    {
        var tools = new List<Tool>(request.Tools.Count);
        for (var i = 0; i < request.Tools.Count; i++)
        {
            var tool = request.Tools[i];
            if (tool.OpaqueDialect is null or BedrockConverseUpstream.DialectName) tools.Add(tool);
            else log.Apply(ConverseRules.ForeignTool, string.Create(CultureInfo.InvariantCulture, $"/tools/{i}"));
        }

        return tools;
    }

    private void CheckChoice(List<Tool> tools, ToolChoice? choice)
    {
        var canBeMet = choice?.Mode switch
        {
            ToolChoiceMode.Required => tools.Count > 0,
            ToolChoiceMode.Named => tools.Exists(t => t.Name == choice.Name),
            _ => true,
        };
        if (!canBeMet) log.Apply(ConverseRules.ForcedForeignTool, request.PlaceOf(RequestMember.ToolChoice));
    }

    private void WriteTool(Tool tool)
    {
        if (tool.OpaqueDialect is not null)
        {
            json.WriteRawValue(tool.Opaque.Utf8.Span, skipInputValidation: true);
        }
        else
        {
            json.WriteStartObject();
            json.WriteStartObject("toolSpec"u8);
            json.WriteString("name"u8, names.ToProvider(tool.Name));
            if (!string.IsNullOrEmpty(tool.Description)) json.WriteString("description"u8, tool.Description);
            WriteSchema(tool.Schema);
            if (tool.Strict == true) json.WriteBoolean("strict"u8, value: true);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (tool.Cache is not { } cache) return;
        // Nova caches messages and instructions, not tools.
        if (model.MayBeClaude) blocks.WriteCachePoint(cache, "/tools");
        else log.Apply(ConverseRules.CachePoint, "/tools");
    }

    private void WriteHistory(string[] history)
    {
        log.Apply(ConverseRules.ToolsOfHistory, request.PlaceOf(RequestMember.Tools));
        foreach (var name in history) WriteTool(new Tool(name, null, default));
    }

    private void WriteSchema(RawJson schema)
    {
        json.WriteStartObject("inputSchema"u8);
        json.WritePropertyName("json"u8);
        json.WriteRawValue(Typed(schema.Utf8.Span), skipInputValidation: true);
        json.WriteEndObject();
    }

    /// <summary>The schema with <c>"type":"object"</c>, which Bedrock wants to see and which arguments always are.</summary>
    private static ReadOnlySpan<byte> Typed(ReadOnlySpan<byte> schema)
    {
        schema = schema.Trim(" \t\r\n"u8);
        if (!schema.StartsWith("{"u8)) return """{"type":"object","properties":{}}"""u8;
        var reader = new Utf8JsonReader(schema, DeepJson.Reader);
        reader.Read();
        var isEmpty = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsType(reader)) return schema;
            isEmpty = false;
            reader.Skip();
        }

        if (isEmpty) return """{"type":"object","properties":{}}"""u8;
        return (byte[])[.. """{"type":"object","""u8, .. schema[1..]];
    }

    private static bool IsType(in Utf8JsonReader reader)
    {
        try
        {
            return reader.ValueTextEquals("type"u8);
        }
        catch (InvalidOperationException)
        {
            return false; // A name that is half a surrogate pair, escaped: it cannot be compared.
        }
    }

    private void WriteChoice(ToolChoice choice)
    {
        if (choice.Mode == ToolChoiceMode.None) return;
        json.WriteStartObject("toolChoice"u8);
        json.WriteStartObject(choice.Mode switch
        {
            ToolChoiceMode.Required => "any"u8,
            ToolChoiceMode.Named => "tool"u8,
            _ => "auto"u8,
        });
        if (choice.Mode == ToolChoiceMode.Named) json.WriteString("name"u8, names.ToProvider(choice.Name ?? ""));
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
