using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Finds what a message holds beside what the form has words for.</summary>
internal static class ExtraReader
{
    private static readonly string[] Known = ["id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage"];

    /// <summary>Members of a message, and the service tier of its usage.</summary>
    public static void Read(JsonElement message, ICollection<ChatEvent> events)
    {
        if (message.ValueKind != JsonValueKind.Object) return;
        foreach (var member in message.EnumerateObject())
        {
            var name = Wire.Name(member);
            if (member.Value.ValueKind == JsonValueKind.Null || Array.IndexOf(Known, name) >= 0) continue;
            events.Add(new AnswerExtra(Wire.Dialect, name, Wire.Raw(member.Value)).OfAnswer());
        }

        if (Wire.Member(Wire.Member(message, "usage"), "service_tier") is { ValueKind: JsonValueKind.String } tier)
        {
            events.Add(new AnswerExtra(Wire.Dialect, "service_tier", Wire.Raw(tier)).OfAnswer());
        }
    }
}
