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
        var extra = request.ExtraNamed("generationConfig");
        if (extra.IsEmpty && SaysSomething)
        {
            json.WriteStartObject("generationConfig"u8);
            WriteOwn(json);
            json.WriteEndObject();
        }
        else if (!extra.IsEmpty || MaySaySomething)
        {
            WriteApart(json, extra);
        }
    }

    /// <summary>True when a member is written whatever the others become.</summary>
    private bool SaysSomething =>
        request.Temperature is not null || request.TopP is not null || request.TopK is not null || request.PresencePenalty is not null || request.FrequencyPenalty is not null
        || request.Seed is not null || request.MaxTokens is not null || request.Count is not null || request.Logprobs == true;

    private bool MaySaySomething => request.Stop.Count > 0 || request.Output is not null || request.Reasoning is not null || request.Extras.Count > 0;

    private void WriteOwn(Utf8JsonWriter json)
    {
        WriteSampling(json);
        WriteLimits(json);
        new ResponseShape(request, model, log).Write(json);
        new Thinking(request, model, log).Write(json);
    }

    /// <summary>Where it may be empty, and is left out then; or the client's own members follow, of which those that are written already count no more.</summary>
    private void WriteApart(Utf8JsonWriter json, RawJson extra)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var config = new Utf8JsonWriter(output, Writing.Options))
        {
            config.WriteStartObject();
            WriteOwn(config);
            config.Flush();
            if (!extra.IsEmpty) WriteExtra(config, extra, Written(output.WrittenSpan));
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
        if (request.Stop.Count == 0) return;
        string[] stops = [.. request.Stop.Where(static stop => stop.Length > 0)];
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
    private void WriteExtra(Utf8JsonWriter json, RawJson extra, HashSet<string> written)
    {
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
