using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Writes the shape of the answer: from the client's response format, or from vLLM's guided decoding members as far as Gemini has the like.</summary>
internal sealed class ResponseShape(ChatRequest request, GeminiModel model, FidelityLog log)
{
    public void Write(Utf8JsonWriter json)
    {
        KeyValuePair<string, RawJson>[] guides = request.Extras.Count == 0 ? [] : [.. request.Extras.Where(static e => e.Key.StartsWith("guided_", StringComparison.Ordinal))];
        if (guides.Length > 0)
        {
            WriteGuide(json, guides);
            return;
        }

        if (request.Output is not { } output) return;
        if (output.Description is not null) log.Apply(Fidelity.SchemaNote, request.PlaceOf(RequestMember.Output)); // A name alone says nothing to the model.
        json.WriteString("responseMimeType"u8, "application/json"u8);
        if (!output.Schema.IsEmpty) WriteSchema(json, output.Schema);
    }

    private void WriteGuide(Utf8JsonWriter json, KeyValuePair<string, RawJson>[] guides)
    {
        var (name, value) = guides[0];
        var kind = Kind(value);
        if (guides.Length > 1 || request.Output is not null)
        {
            log.Apply(Fidelity.Guided, "/" + name);
        }
        else if (name == "guided_choice" && kind == JsonValueKind.Array)
        {
            json.WriteString("responseMimeType"u8, "text/x.enum"u8);
            json.WriteStartObject("responseSchema"u8);
            json.WriteString("type"u8, "STRING"u8);
            json.WriteRaw("enum"u8, value);
            json.WriteEndObject();
        }
        else if (name == "guided_json" && kind == JsonValueKind.Object)
        {
            json.WriteString("responseMimeType"u8, "application/json"u8);
            WriteSchema(json, value);
        }
        else
        {
            log.Apply(Fidelity.Guided, "/" + name);
        }
    }

    private void WriteSchema(Utf8JsonWriter json, RawJson schema)
    {
        if (model.IsModern)
        {
            json.WriteRaw("responseJsonSchema"u8, schema);
            return;
        }

        json.WritePropertyName("responseSchema"u8);
        SchemaReduction.Write(json, schema, log, request.PlaceOf(RequestMember.Output));
    }

    private static JsonValueKind Kind(RawJson value)
    {
        using var document = JsonDocument.Parse(value.Utf8, DeepJson.Document);
        return document.RootElement.ValueKind;
    }
}
