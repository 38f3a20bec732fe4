using System.Text.Json;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>The <c>usage</c> of a response: the input includes what was cached, the output what was thought.</summary>
internal static class ResponseUsage
{
    /// <summary>Writes <c>usage</c>. Clients' types demand every number, so one that nobody gave is 0; a usage that nobody gave is null.</summary>
    public static void Write(Utf8JsonWriter json, in TokenUsage usage)
    {
        if (!usage.IsKnown)
        {
            json.WriteNull("usage"u8);
            return;
        }

        var (input, output) = (usage.Input ?? 0, usage.Output ?? 0);
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, input);
        json.WriteStartObject("input_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.CachedInput ?? 0);
        if (usage.CacheCreation is { } created) json.WriteNumber("cache_creation_input_tokens"u8, created);
        json.WriteEndObject();
        json.WriteNumber("output_tokens"u8, output);
        json.WriteStartObject("output_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, usage.Reasoning ?? 0);
        json.WriteEndObject();
        json.WriteNumber("total_tokens"u8, input + output);
        json.WriteEndObject();
    }
}
