using System.Runtime.InteropServices;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Finds what a message holds beside what the form has words for.</summary>
internal static class ExtraReader
{
    private static readonly JsonNames Known = new("id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage");

    /// <summary>Members of a message, and the service tier of its usage.</summary>
    public static void Read(JsonElement message, ICollection<ChatEvent> events)
    {
        if (message.ValueKind != JsonValueKind.Object) return;
        ReadMembers(message, events);
        ReadTier(Wire.Member(message, "usage"), events);
    }

    /// <summary>Members of a message that is an object.</summary>
    public static void ReadMembers(JsonElement message, ICollection<ChatEvent> events)
    {
        foreach (var member in message.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null || IsKnown(member)) continue;
            var name = Wire.Name(member);
            events.Add(new AnswerExtra(Wire.Dialect, name, Wire.Raw(member.Value)).OfAnswer());
        }
    }

    /// <summary>The service tier of a usage, if that is an object and has one.</summary>
    public static void ReadTier(JsonElement usage, ICollection<ChatEvent> events)
    {
        if (Wire.Member(usage, "service_tier") is { ValueKind: JsonValueKind.String } tier)
        {
            events.Add(new AnswerExtra(Wire.Dialect, "service_tier", Wire.Raw(tier)).OfAnswer());
        }
    }

    private static bool IsKnown(JsonProperty member)
    {
        var name = JsonMarshal.GetRawUtf8PropertyName(member);
        return name.Contains((byte)'\\') ? Known.IndexOf(Wire.Name(member)) >= 0 : Known.Find(name) >= 0;
    }
}
