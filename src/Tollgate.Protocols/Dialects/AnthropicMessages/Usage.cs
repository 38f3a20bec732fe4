using System.Text.Json;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Writes <c>usage</c>: input without what caches hold; counts that nobody knows are 0, for the official clients want numbers.</summary>
internal static class Usage
{
    public static void Write(Utf8JsonWriter writer, in TokenUsage usage, string? tier = null)
    {
        var (read, created) = (usage.CachedInput ?? 0, usage.CacheCreation ?? 0);
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("input_tokens"u8, Math.Max(0, (usage.Input ?? 0) - read - created));
        writer.WriteNumber("cache_creation_input_tokens"u8, created);
        writer.WriteNumber("cache_read_input_tokens"u8, read);
        if (usage.CacheCreation1h is { } hour)
        {
            writer.WriteStartObject("cache_creation"u8);
            writer.WriteNumber("ephemeral_5m_input_tokens"u8, Math.Max(0, created - hour));
            writer.WriteNumber("ephemeral_1h_input_tokens"u8, hour);
            writer.WriteEndObject();
        }

        writer.WriteNumber("output_tokens"u8, usage.Output ?? 0);
        if (usage.Reasoning is { } thinking)
        {
            writer.WriteStartObject("output_tokens_details"u8);
            writer.WriteNumber("thinking_tokens"u8, thinking);
            writer.WriteEndObject();
        }

        if (tier is not null) writer.WriteString("service_tier"u8, tier);
        writer.WriteEndObject();
    }
}
