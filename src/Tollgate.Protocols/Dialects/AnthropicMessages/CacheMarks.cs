using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Writes <c>cache_control</c>, as often as the API takes it: in the order of the prompt, which is tools, system, messages.</summary>
internal sealed class CacheMarks(FidelityLog log)
{
    private int _left = 4;

    public void Write(Utf8JsonWriter writer, CacheHint? hint, string pointer)
    {
        if (hint is null) return;
        if (_left == 0)
        {
            Drop(hint, pointer);
            return;
        }

        _left--;
        writer.WriteStartObject("cache_control"u8);
        writer.WriteString("type"u8, "ephemeral"u8);
        if (hint.Ttl is { } ttl) writer.WriteString("ttl"u8, ttl);
        writer.WriteEndObject();
    }

    public void Drop(CacheHint? hint, string pointer)
    {
        if (hint is not null) log.Apply(Fidelity.CacheHint, pointer);
    }
}
