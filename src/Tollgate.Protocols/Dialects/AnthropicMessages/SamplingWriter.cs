using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Writes what steers the choice of tokens, and what ends it. Newer models take ever less of it.</summary>
internal sealed class SamplingWriter(Utf8JsonWriter writer, ChatRequest request, ModelTraits model, FidelityLog log)
{
    public void Write(bool thinks)
    {
        if (!model.TakesSampling) DropAll();
        else if (thinks) WriteBesideThinking();
        else WriteAll();

        // Penalties of nothing are nothing.
        if (request.PresencePenalty is not (null or 0)) log.Apply(Fidelity.PresencePenalty, request.PlaceOf(RequestMember.PresencePenalty));
        if (request.FrequencyPenalty is not (null or 0)) log.Apply(Fidelity.FrequencyPenalty, request.PlaceOf(RequestMember.FrequencyPenalty));
        if (request.Seed is not null) log.Apply(Fidelity.Seed, request.PlaceOf(RequestMember.Seed));
        WriteStop();
    }

    private void DropAll()
    {
        if (request.Temperature is not (null or 1)) log.Apply(Fidelity.Sampling, request.PlaceOf(RequestMember.Temperature));
        if (request.TopP is not (null or 1)) log.Apply(Fidelity.Sampling, request.PlaceOf(RequestMember.TopP));
        if (request.TopK is not null) log.Apply(Fidelity.Sampling, request.PlaceOf(RequestMember.TopK));
    }

    private void WriteBesideThinking()
    {
        if (request.Temperature is not (null or 1)) log.Apply(Fidelity.TemperatureWhileThinking, request.PlaceOf(RequestMember.Temperature));
        if (request.TopP is >= 0.95) writer.WriteNumber("top_p"u8, request.TopP.Value);
        else if (request.TopP is not null) log.Apply(Fidelity.TopWhileThinking, request.PlaceOf(RequestMember.TopP));
        if (request.TopK is not null) log.Apply(Fidelity.TopWhileThinking, request.PlaceOf(RequestMember.TopK));
    }

    private void WriteAll()
    {
        if (request.Temperature is { } temperature)
        {
            if (temperature > 1) log.Apply(Fidelity.TemperatureAboveOne, request.PlaceOf(RequestMember.Temperature));
            writer.WriteNumber("temperature"u8, Math.Min(temperature, 1));
        }

        if (request.TopP is { } topP)
        {
            if (request.Temperature is null || model.TakesTopPBesideTemperature) writer.WriteNumber("top_p"u8, topP);
            else if (topP != 1) log.Apply(Fidelity.TopPBesideTemperature, request.PlaceOf(RequestMember.TopP));
        }

        if (request.TopK is { } topK) writer.WriteNumber("top_k"u8, topK);
    }

    private void WriteStop()
    {
        if (request.Stop.Count == 0) return;
        if (request.Stop.Contains("", StringComparer.Ordinal)) log.Apply(Fidelity.EmptyStop, request.PlaceOf(RequestMember.Stop));
        string[] stops = [.. request.Stop.Where(static stop => stop.Length > 0)];
        if (stops.Length == 0) return;
        if (Array.Exists(stops, string.IsNullOrWhiteSpace)) log.Apply(Fidelity.BlankStop, request.PlaceOf(RequestMember.Stop));
        writer.WriteStartArray("stop_sequences"u8);
        foreach (var stop in stops) writer.WriteStringValue(stop);
        writer.WriteEndArray();
    }
}
