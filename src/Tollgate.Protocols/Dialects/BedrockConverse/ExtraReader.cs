using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>Finds what an answer holds beside what the form has words for.</summary>
internal static class ExtraReader
{
    /// <summary>Of a whole answer, and of a stream's metadata.</summary>
    public static void ReadAnswer(JsonElement answer, ICollection<ChatEvent> events)
    {
        if (answer.TryMember("serviceTier"u8, JsonValueKind.Object, out var tier)) Add("serviceTier", tier, events);
        if (answer.TryMember("trace"u8, JsonValueKind.Object, out var trace)) Add("trace", trace, events);
        if (answer.TryMember("performanceConfig"u8, JsonValueKind.Object, out var performance)) Add("performanceConfig", performance, events);
    }

    /// <summary>A block, or the beginning of one, of a kind that has no words: an image, what a tool of the provider's found.</summary>
    public static void ReadBlock(JsonElement block, ICollection<ChatEvent> events)
    {
        if (block.ValueKind != JsonValueKind.Object) return;
        foreach (var member in block.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Object || JsonReading.NameOf(member) is not { } name) continue;
            events.Add(new AnswerExtra(BedrockConverseUpstream.DialectName, name, member.Value.Raw()).OfChoice(0));
            return;
        }
    }

    private static void Add(string name, JsonElement value, ICollection<ChatEvent> events) =>
        events.Add(new AnswerExtra(BedrockConverseUpstream.DialectName, name, value.Raw()).OfAnswer());
}
