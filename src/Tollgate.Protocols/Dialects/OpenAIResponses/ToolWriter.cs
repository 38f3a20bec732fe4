using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>Writes <c>tools</c> and <c>tool_choice</c>.</summary>
internal sealed class ToolWriter(Utf8JsonWriter json, ChatRequest request, ToolNames names, FidelityLog log)
{
    public void Write()
    {
        var search = SearchOptions();
        if (request.Tools.Count > 0 || !search.IsEmpty)
        {
            json.WriteStartArray("tools"u8);
            for (var i = 0; i < request.Tools.Count; i++) WriteTool(request.Tools[i], $"/tools/{i}");
            if (!search.IsEmpty) WriteSearch(search);
            json.WriteEndArray();
        }

        // Without tools auto and none mean nothing, and a forced call is refused by OpenAI, as it should be.
        var isForced = request.ToolChoice?.Mode is ToolChoiceMode.Named or ToolChoiceMode.Required;
        if (request.ToolChoice is { } choice && (request.Tools.Count > 0 || isForced)) WriteChoice(choice);
        if (request.ParallelToolCalls is { } parallel && request.Tools.Count > 0) json.WriteBoolean("parallel_tool_calls"u8, parallel);
    }

    private void WriteTool(Tool tool, string pointer)
    {
        if (tool.Cache is not null) log.Apply(Rules.CacheHints, pointer);
        if (tool.OpaqueDialect is not null)
        {
            WriteOpaque(tool, pointer);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteText("name"u8, names.ToProvider(tool.Name));
        if (tool.Description is { } description) json.WriteText("description"u8, description);
        json.WritePropertyName("parameters"u8);
        OpenAIChat.ToolWriter.WriteSchema(json, tool.Schema);
        // Left out it would be true here, where it is false in every other dialect.
        json.WriteBoolean("strict"u8, tool.Strict ?? false);
        json.WriteEndObject();
    }

    /// <summary>A custom tool of chat completions has its members one level down; everything else that is not a function belongs to another provider.</summary>
    private void WriteOpaque(Tool tool, string pointer)
    {
        using var document = JsonDocument.Parse(tool.Opaque.Utf8, DeepJson.Document);
        if (tool.OpaqueDialect != OpenAIChatClient.DialectName || WireText.OrNull(document.RootElement, "type"u8) != "custom"
            || WireText.Member(document.RootElement, "custom"u8) is not { ValueKind: JsonValueKind.Object } custom)
        {
            log.Apply(Rules.ForeignTool, pointer);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "custom"u8);
        foreach (var member in custom.EnumerateObject())
        {
            json.WritePropertyName(member.Name);
            if (member.NameEquals("format"u8)) WriteGrammar(member.Value);
            else json.WriteRaw(WireText.Raw(member.Value));
        }

        json.WriteEndObject();
    }

    private void WriteGrammar(JsonElement format)
    {
        if (WireText.Member(format, "grammar"u8) is not { ValueKind: JsonValueKind.Object } grammar)
        {
            json.WriteRaw(WireText.Raw(format));
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "grammar"u8);
        foreach (var member in grammar.EnumerateObject())
        {
            json.WritePropertyName(member.Name);
            json.WriteRaw(WireText.Raw(member.Value));
        }

        json.WriteEndObject();
    }

    private RawJson SearchOptions() => Members.IsOpenAIs(request) ? request.Extras.FirstOrDefault(e => e.Key == "web_search_options").Value : default;

    private void WriteSearch(RawJson options)
    {
        using var document = JsonDocument.Parse(options.Utf8, DeepJson.Document);
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search"u8);
        if (WireText.OrNull(document.RootElement, "search_context_size"u8) is { } size) json.WriteText("search_context_size"u8, size);
        if (WireText.Member(document.RootElement, "user_location"u8) is { } location && WireText.Member(location, "approximate"u8) is { ValueKind: JsonValueKind.Object } place)
        {
            json.WriteStartObject("user_location"u8);
            json.WriteString("type"u8, "approximate"u8);
            foreach (var member in place.EnumerateObject())
            {
                json.WritePropertyName(member.Name);
                json.WriteRaw(WireText.Raw(member.Value));
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteChoice(ToolChoice choice)
    {
        json.WritePropertyName("tool_choice"u8);
        if (choice.Mode != ToolChoiceMode.Named)
        {
            json.WriteStringValue(choice.Mode switch { ToolChoiceMode.None => "none"u8, ToolChoiceMode.Required => "required"u8, _ => "auto"u8 });
            return;
        }

        var isCustom = request.Tools.Any(t => t.OpaqueDialect is not null && t.Name == choice.Name);
        json.WriteStartObject();
        json.WriteString("type"u8, isCustom ? "custom"u8 : "function"u8);
        json.WriteText("name"u8, names.ToProvider(choice.Name ?? ""));
        json.WriteEndObject();
    }
}
