using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Finds what an answer holds beside what the form has words for.</summary>
internal sealed class ExtraReader
{
    // In every chunk the same: told when it is new.
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);

    /// <summary>Members of the answer, or of a chunk.</summary>
    public void ReadAnswer(JsonElement chunk, ICollection<ChatEvent> events)
    {
        Tell(chunk, "service_tier", events);
        Tell(chunk, "system_fingerprint", events);
        Tell(chunk, "prompt_filter_results", events); // Azure's
    }

    /// <summary>Members of a choice and of its message or delta.</summary>
    public static void ReadChoice(JsonElement choice, int number, ICollection<ChatEvent> events)
    {
        if (Value(choice, "content_filter_results"u8) is { } found) events.Add(Extra("content_filter_results", found).OfChoice(number));
        if ((WireText.Member(choice, "delta"u8) ?? WireText.Member(choice, "message"u8)) is not { ValueKind: JsonValueKind.Object } message) return;
        foreach (var member in message.EnumerateObject())
        {
            if (!IsKnown(member) && !IsEmpty(member.Value)) events.Add(Extra(member.Name, member.Value).OfChoice(number));
        }
    }

    private void Tell(JsonElement chunk, string name, ICollection<ChatEvent> events)
    {
        if (!chunk.TryGetProperty(name, out var value) || IsEmpty(value)) return;
        var text = value.GetRawText();
        if (_told.TryGetValue(name, out var before) && before == text) return;
        _told[name] = text;
        events.Add(Extra(name, value).OfAnswer());
    }

    private static AnswerExtra Extra(string name, JsonElement value) => new(OpenAIChatClient.DialectName, name, WireText.Raw(value));

    private static JsonElement? Value(JsonElement owner, ReadOnlySpan<byte> name) => WireText.Member(owner, name) is { } value && !IsEmpty(value) ? value : null;

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => true,
        JsonValueKind.Object => value.GetPropertyCount() == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.String => value.ValueEquals(""u8),
        _ => false,
    };

    /// <summary>What the readers of choices take, and what says nothing.</summary>
    private static bool IsKnown(JsonProperty member) =>
        member.NameEquals("content"u8) || member.NameEquals("role"u8) || member.NameEquals("tool_calls"u8) || member.NameEquals("refusal"u8)
        || member.NameEquals("reasoning_content"u8) || member.NameEquals("reasoning"u8) || member.NameEquals("annotations"u8)
        || member.NameEquals("function_call"u8) || member.NameEquals("obfuscation"u8);
}
