using System.Collections.Frozen;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Reads content: a string, or an array of parts.</summary>
internal static class PartReader
{
    public static readonly FrozenSet<string> System = FrozenSet.ToFrozenSet(["text"], StringComparer.Ordinal);

    public static readonly FrozenSet<string> User = FrozenSet.ToFrozenSet(
        ["text", "image_url", "input_audio", "audio_url", "video_url", "file"], StringComparer.Ordinal);

    public static readonly FrozenSet<string> Assistant = FrozenSet.ToFrozenSet(["text", "refusal", "thinking", "redacted_thinking"], StringComparer.Ordinal);

    public static readonly FrozenSet<string> Thinking = FrozenSet.ToFrozenSet(["thinking", "redacted_thinking"], StringComparer.Ordinal);

    /// <summary>Reads content.</summary>
    /// <param name="content">A string or an array.</param>
    /// <param name="pointer">Its place.</param>
    /// <param name="types">Types of parts that the message may hold.</param>
    public static List<Part> Read(JsonElement content, string pointer, FrozenSet<string> types)
    {
        if (content.ValueKind == JsonValueKind.String) return [new TextPart(Fields.Text(content, pointer)) { Pointer = pointer }];
        if (content.ValueKind != JsonValueKind.Array) throw Fields.Wrong(pointer, "a string or an array of content parts");
        var parts = new List<Part>(content.GetArrayLength());
        foreach (var part in content.EnumerateArray()) parts.Add(ReadPart(part, $"{pointer}/{parts.Count}", types));
        return parts;
    }

    private static Part ReadPart(JsonElement part, string pointer, FrozenSet<string> types)
    {
        if (part.ValueKind != JsonValueKind.Object) throw Fields.Wrong(pointer, "an object");
        var type = Fields.RequiredText(part, "type", pointer);
        if (!types.Contains(type)) throw Fields.Wrong(pointer + "/type", string.Join(", ", types.Order(StringComparer.Ordinal).Select(t => $"'{t}'")));
        return ReadPart(type, part, pointer) with { Cache = Fields.Cache(part, pointer), Pointer = pointer };
    }

    private static Part ReadPart(string type, JsonElement part, string pointer) => type switch
    {
        "text" => new TextPart(Fields.RequiredText(part, "text", pointer)),
        "refusal" => new RefusalPart(Fields.RequiredText(part, "refusal", pointer)),
        "thinking" => ThinkingParts.ReadThinking(part, pointer),
        "redacted_thinking" => ThinkingParts.ReadRedacted(part, pointer),
        "image_url" => MediaReader.ReadUrl(MediaKind.Image, part, type, pointer),
        "audio_url" => MediaReader.ReadUrl(MediaKind.Audio, part, type, pointer),
        "video_url" => MediaReader.ReadUrl(MediaKind.Video, part, type, pointer),
        "input_audio" => MediaReader.ReadAudio(part, pointer),
        _ => MediaReader.ReadFile(part, pointer),
    };
}
