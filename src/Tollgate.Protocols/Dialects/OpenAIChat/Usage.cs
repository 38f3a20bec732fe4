using System.Runtime.InteropServices;
using System.Text.Json;
using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>OpenAI's <c>usage</c>: the input includes what was cached, the output what was thought.</summary>
internal static class Usage
{
    /// <summary>Adds what a chunk or an answer says; false when it says nothing. Groq puts it into <c>x_groq</c>.</summary>
    public static bool Read(JsonElement owner, ref TokenUsage usage)
    {
        var value = WireText.Member(owner, "usage"u8)
            ?? (WireText.Member(owner, "x_groq"u8) is { } groq ? WireText.Member(groq, "usage"u8) : null);
        if (value is not { ValueKind: JsonValueKind.Object } found) return false;
        var before = usage;
        OpenAIUsage.Read(JsonMarshal.GetRawUtf8Value(found), ref usage);
        if (usage == before) return false;
        if (WireText.OrNull(owner, "service_tier"u8) is { Length: > 0 } tier) usage.ServiceTier = tier;
        return true;
    }

    /// <summary>Writes a <c>usage</c> object; numbers that nobody gave are left out, but for the three that OpenAI always has.</summary>
    public static void Write(Utf8JsonWriter json, in TokenUsage usage)
    {
        var (input, output) = (usage.Input ?? 0, usage.Output ?? 0);
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, input);
        json.WriteNumber("completion_tokens"u8, output);
        json.WriteNumber("total_tokens"u8, input + output);
        if (usage.CachedInput is not null || usage.CacheCreation is not null || usage.AudioInput is not null)
        {
            json.WriteStartObject("prompt_tokens_details"u8);
            WriteCount(json, "cached_tokens"u8, usage.CachedInput);
            WriteCount(json, "cache_creation_input_tokens"u8, usage.CacheCreation);
            WriteCount(json, "audio_tokens"u8, usage.AudioInput);
            json.WriteEndObject();
        }

        if (usage.Reasoning is not null || usage.AudioOutput is not null)
        {
            json.WriteStartObject("completion_tokens_details"u8);
            WriteCount(json, "reasoning_tokens"u8, usage.Reasoning);
            WriteCount(json, "audio_tokens"u8, usage.AudioOutput);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteCount(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? count)
    {
        if (count is { } known) json.WriteNumber(name, known);
    }
}
