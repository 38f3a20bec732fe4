using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Writes <c>generationConfig</c>: sampling, limits, the shape of the answer and thinking; then what the client says in an extra of that name.</summary>
internal sealed class GenerationConfig(ChatRequest request, GeminiModel model, FidelityLog log)
{
    private const int MostStops = 5;
    private const int MostAnswers = 8;

    public void Write(Utf8JsonWriter json)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var config = new Utf8JsonWriter(output, Writing.Options))
        {
            config.WriteStartObject();
            WriteSampling(config);
            WriteLimits(config);
            new ResponseShape(request, model, log).Write(config);
            new Thinking(request, model, log).Write(config);
            config.Flush();
            WriteExtra(config, Written(output.WrittenSpan));
            config.WriteEndObject();
        }

        if (output.WrittenCount > "{}".Length) json.WriteRaw("generationConfig"u8, new RawJson(output.WrittenMemory));
    }

    private void WriteSampling(Utf8JsonWriter json)
    {
        if (request.Temperature is { } temperature) json.WriteNumber("temperature"u8, temperature);
        if (request.TopP is { } topP) json.WriteNumber("topP"u8, topP);
        if (request.TopK is { } topK) json.WriteNumber("topK"u8, topK);
        if (request.PresencePenalty is { } presence) json.WriteNumber("presencePenalty"u8, presence);
        if (request.FrequencyPenalty is { } frequency) json.WriteNumber("frequencyPenalty"u8, frequency);
        if (request.Seed is not { } seed) return;
        if (seed is < int.MinValue or > int.MaxValue) log.Apply(Fidelity.Seed, request.PlaceOf(RequestMember.Seed));
        json.WriteNumber("seed"u8, unchecked((int)seed));
    }

    private void WriteLimits(Utf8JsonWriter json)
    {
        if (request.MaxTokens is { } most) json.WriteNumber("maxOutputTokens"u8, most);
        if (request.Count is { } count)
        {
            if (count > MostAnswers) log.Apply(Fidelity.Count, request.PlaceOf(RequestMember.Count));
            json.WriteNumber("candidateCount"u8, count);
        }

        WriteStop(json);
        if (request.Logprobs != true) return;
        json.WriteBoolean("responseLogprobs"u8, value: true);
        if (request.TopLogprobs is { } top) json.WriteNumber("logprobs"u8, top);
    }

    private void WriteStop(Utf8JsonWriter json)
    {
        string[] stops = [.. request.Stop.Where(stop => stop.Length > 0)];
        if (stops.Length < request.Stop.Count) log.Apply(Fidelity.EmptyStop, request.PlaceOf(RequestMember.Stop));
        if (stops.Length > MostStops) log.Apply(Fidelity.StopCount, request.PlaceOf(RequestMember.Stop));
        if (stops.Length == 0) return;
        json.WriteStartArray("stopSequences"u8);
        foreach (var stop in stops) json.WriteStringValue(stop);
        json.WriteEndArray();
    }

    private static HashSet<string> Written(ReadOnlySpan<byte> open)
    {
        using var document = JsonDocument.Parse((byte[])[.. open, (byte)'}'], DeepJson.Document);
        return document.RootElement.EnumerateObject().Select(m => Plain(m.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Members that a client of OpenAI's dialect cannot say otherwise, such as media_resolution. Gemini takes both spellings.</summary>
    private void WriteExtra(Utf8JsonWriter json, HashSet<string> written)
    {
        var extra = request.Extras.FirstOrDefault(e => e.Key == "generationConfig").Value;
        if (extra.IsEmpty) return;
        using var document = JsonDocument.Parse(extra.Utf8, DeepJson.Document);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            log.Apply(Fidelity.ConfigMember, "/generationConfig");
            return;
        }

        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (!written.Add(Plain(member.Name)))
            {
                log.Apply(Fidelity.ConfigMember, "/generationConfig/" + member.Name);
                continue;
            }

            json.WritePropertyName(member.Name == "media_resolution" ? "mediaResolution" : member.Name);
            json.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
        }
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal);
}
