using System.Globalization;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Writes <c>tools</c> and <c>toolConfig</c>: all functions are declared in one tool, each search tool is one of its own.</summary>
internal sealed class ToolsWriter(ChatRequest request, GeminiModel model, ToolNames names, FidelityLog log)
{
    public void Write(Utf8JsonWriter json)
    {
        if (request.ParallelToolCalls == false) log.Apply(Fidelity.Parallel, request.PlaceOf(RequestMember.ParallelToolCalls));
        if (request.Tools.Count == 0) return;
        var hasFunctions = request.Tools.Any(static t => t.OpaqueDialect is null);
        json.WriteStartArray("tools"u8);
        if (hasFunctions) WriteFunctions(json);
        for (var i = 0; i < request.Tools.Count; i++)
        {
            if (request.Tools[i].OpaqueDialect is not null) SearchTools.Write(json, request.Tools[i], log, Pointer(i));
        }

        json.WriteEndArray();
        if (hasFunctions && request.ToolChoice is { } choice) WriteChoice(json, choice);
    }

    private static string Pointer(int tool) => string.Create(CultureInfo.InvariantCulture, $"/tools/{tool}");

    private void WriteFunctions(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("functionDeclarations"u8);
        for (var i = 0; i < request.Tools.Count; i++)
        {
            if (request.Tools[i].OpaqueDialect is null) WriteFunction(json, request.Tools[i], Pointer(i));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteFunction(Utf8JsonWriter json, Tool tool, string pointer)
    {
        if (tool.Strict == true) log.Apply(Fidelity.Strict, pointer);
        if (tool.Cache is not null) log.Apply(Fidelity.Cache, pointer);
        json.WriteStartObject();
        json.WriteString("name"u8, names.ToProvider(tool.Name));
        if (tool.Description is not null) json.WriteString("description"u8, tool.Description);
        if (!tool.Schema.IsEmpty && model.IsModern)
        {
            json.WriteRaw("parametersJsonSchema"u8, tool.Schema);
        }
        else if (!tool.Schema.IsEmpty && HasParameters(tool.Schema))
        {
            json.WritePropertyName("parameters"u8);
            SchemaReduction.Write(json, tool.Schema, log, pointer);
        }

        json.WriteEndObject();
    }

    /// <summary>The older Schema refuses objects without properties: a function without parameters has no member for them.</summary>
    private static bool HasParameters(RawJson schema)
    {
        using var document = JsonDocument.Parse(schema.Utf8, DeepJson.Document);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) return false;
        return root.EnumerateObject().Any(m => m.Name is "$ref" or "allOf" or "anyOf" or "oneOf" || (m.Name == "properties" && m.Value.ValueKind == JsonValueKind.Object && m.Value.EnumerateObject().Any()));
    }

    private void WriteChoice(Utf8JsonWriter json, ToolChoice choice)
    {
        json.WriteStartObject("toolConfig"u8);
        json.WriteStartObject("functionCallingConfig"u8);
        json.WriteString("mode"u8, choice.Mode switch
        {
            ToolChoiceMode.None => "NONE",
            ToolChoiceMode.Auto => "AUTO",
            _ => "ANY",
        });
        if (choice is { Mode: ToolChoiceMode.Named, Name: { } name })
        {
            json.WriteStartArray("allowedFunctionNames"u8);
            json.WriteStringValue(names.ToProvider(name));
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
