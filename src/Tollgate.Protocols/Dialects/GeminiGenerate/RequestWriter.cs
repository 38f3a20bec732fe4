using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Writes the body of generateContent and streamGenerateContent, which are the same: model and streaming are said in the path.</summary>
internal sealed class RequestWriter(ChatRequest request, string modelName, FidelityLog log)
{
    private readonly GeminiModel _model = new(modelName);
    private readonly ToolNames _names = Names.For(request);

    /// <exception cref="ChatFormatException">A schema or another raw member of the client cannot be read as text.</exception>
    public void Write(IBufferWriter<byte> output)
    {
        try
        {
            using var rented = RentedWriter.Unchecked(output);
            Write(rented.Json);
        }
        catch (InvalidOperationException)
        {
            throw new ChatFormatException("A name in a schema or in generationConfig holds half of a surrogate pair: write a whole one.", "");
        }
        catch (JsonException e)
        {
            throw new ChatFormatException($"A schema, tool or generationConfig cannot be read: {e.Message}", "");
        }
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WriteConversation(json);
        new ToolsWriter(request, _model, _names, log).Write(json);
        new GenerationConfig(request, _model, log).Write(json);
        WriteExtras(json);
        if (request.User is not null) log.Apply(Fidelity.User, request.PlaceOf(RequestMember.User));
        json.WriteEndObject();
    }

    private void WriteConversation(Utf8JsonWriter json)
    {
        TextPart[] system = request.System.Count == 0 ? [] : [.. request.System.Where(static text => text.Text.Length > 0)];
        for (var i = 0; i < request.System.Count; i++)
        {
            if (request.System[i].Cache is not null) log.Apply(Fidelity.Cache, request.System[i].Pointer);
        }

        json.WriteStartArray("contents"u8);
        var count = new ContentsWriter(request, _model, _names, log).Write(json);
        if (count == 0 && system.Length > 0)
        {
            log.Apply(Fidelity.OnlySystem, system[0].Pointer);
            json.WriteStartObject();
            json.WriteString("role"u8, "user"u8);
            WriteTexts(json, system);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (count == 0 || system.Length == 0) return;
        json.WriteStartObject("systemInstruction"u8);
        WriteTexts(json, system);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, TextPart[] texts)
    {
        json.WriteStartArray("parts"u8);
        foreach (var text in texts)
        {
            json.WriteStartObject();
            json.WriteString("text"u8, text.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteExtras(Utf8JsonWriter json)
    {
        for (var i = 0; i < request.Extras.Count; i++)
        {
            var (name, value) = request.Extras[i];
            switch (name)
            {
                case "safetySettings" or "cachedContent" or "labels":
                    json.WritePropertyName(name);
                    json.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
                    break;
                case "generationConfig" or "guided_choice" or "guided_json" or "guided_regex" or "guided_grammar":
                    break; // GenerationConfig and ResponseShape take these.
                default:
                    Leave(name, value);
                    break;
            }
        }
    }

    private void Leave(string name, RawJson value)
    {
        var rule = name switch
        {
            "logit_bias" => Fidelity.LogitBias,
            "modalities" or "audio" when !IsTextOnly(value) => Fidelity.Modalities,
            "web_search_options" => Fidelity.WebSearch,
            "previous_response_id" or "conversation" or "prompt" or "background" or "container" => Fidelity.StoredState,
            "mcp_servers" => Fidelity.ProviderTool,
            "prediction" or "prompt_cache_key" or "prompt_cache_retention" or "metadata" or "store" or "safety_identifier" or "stream_options" => Fidelity.Hint,
            _ => Fidelity.OtherMember,
        };
        log.Apply(rule, "/" + name); // Readers name members of members by their path.
    }

    private static bool IsTextOnly(RawJson modalities)
    {
        using var document = JsonDocument.Parse(modalities.Utf8, DeepJson.Document);
        var root = document.RootElement;
        return root.ValueKind == JsonValueKind.Null
            || (root.ValueKind == JsonValueKind.Array && root.EnumerateArray().All(m => m.ValueKind == JsonValueKind.String && m.Lossy() == "text"));
    }
}
