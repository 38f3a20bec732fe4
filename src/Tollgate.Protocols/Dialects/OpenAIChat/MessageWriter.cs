using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>
/// Writes the conversation. Results of tools come straight behind the message that called them, as OpenAI wants it; what else the user
/// said follows. Neighbouring turns of the model become one message, or calls and results would stand apart.
/// </summary>
internal sealed class MessageWriter(Utf8JsonWriter json, ChatRequest request, ToolNames names, ModelTraits traits, FidelityLog log)
{
    private readonly ContentWriter _content = new(json, request, log);

    public void Write()
    {
        json.WriteStartArray("messages"u8);
        WriteSystem();
        var turns = request.Turns;
        for (var i = 0; i < turns.Count;)
        {
            var end = i + 1;
            while (end < turns.Count && turns[end].Role == turns[i].Role) end++;
            var group = turns.Skip(i).Take(end - i);
            if (turns[i].Role == Role.User) WriteUser(group);
            else WriteAssistant(group.SelectMany(t => t.Parts));
            i = end;
        }

        json.WriteEndArray();
    }

    private void WriteSystem()
    {
        var parts = request.System.Where(p => p.Text.Length > 0).ToArray();
        foreach (var part in request.System) _content.Announce(part);
        if (parts.Length == 0) return;
        json.WriteStartObject();
        json.WriteString("role"u8, "system"u8);
        _content.WriteTexts(parts);
        json.WriteEndObject();
    }

    private void WriteUser(IEnumerable<Turn> turns)
    {
        var group = turns.ToArray();
        var results = group.SelectMany(t => t.Parts).OfType<ToolResultPart>().ToArray();
        foreach (var result in results) WriteResult(result);
        _content.WriteUser([.. results.SelectMany(MediaOf)]);
        foreach (var turn in group) _content.WriteUser([.. turn.Parts.Where(p => p is not ToolResultPart)]);
    }

    private static IEnumerable<Part> MediaOf(ToolResultPart result) => result.Content.Where(p => p is MediaPart or DocumentPart);

    private void WriteResult(ToolResultPart result)
    {
        _content.Announce(result);
        if (result.IsError) log.Apply(Rules.ToolError, result.Pointer);
        if (MediaOf(result).Any()) log.Apply(Rules.ToolResultMedia, result.Pointer);
        foreach (var part in result.Content) _content.AnnounceUnsaid(part);
        json.WriteStartObject();
        json.WriteString("role"u8, "tool"u8);
        json.WriteText("tool_call_id"u8, CallIds.ToProvider(result.CallId));
        _content.WriteTexts([.. result.Content.OfType<TextPart>()]);
        json.WriteEndObject();
    }

    private void WriteAssistant(IEnumerable<Part> turn)
    {
        var parts = turn.ToArray();
        foreach (var part in parts)
        {
            _content.Announce(part);
            _content.AnnounceUnsaid(part);
            if (part is MediaPart or DocumentPart) log.Apply(Rules.AssistantMedia, part.Pointer);
        }

        var texts = parts.OfType<TextPart>().ToArray();
        var refusals = parts.OfType<RefusalPart>().ToArray();
        var calls = parts.OfType<ToolCallPart>().ToArray();
        if (texts.Length + refusals.Length + calls.Length == 0) return;
        AnnounceOrder(parts);
        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        if (texts.Length > 0) _content.WriteTexts(texts);
        else json.WriteNull("content"u8);
        if (refusals.Length > 0) json.WriteText("refusal"u8, string.Concat(refusals.Select(r => r.Text)));
        if (calls.Length > 0) WriteCalls(calls);
        json.WriteEndObject();
    }

    private void AnnounceOrder(Part[] parts)
    {
        var call = Array.FindIndex(parts, p => p is ToolCallPart);
        var text = Array.FindLastIndex(parts, p => p is TextPart or RefusalPart);
        if (call >= 0 && text > call) log.Apply(Rules.ToolOrder, parts[text].Pointer);
    }

    private void WriteCalls(ToolCallPart[] calls)
    {
        json.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteText("id"u8, CallIds.ToProvider(call.Id));
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteText("name"u8, names.ToProvider(call.Name));
            json.WriteText("arguments"u8, call.Arguments);
            json.WriteEndObject();
            WriteToken(call);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Gemini is also served in this dialect, and minds when its signature does not come back.</summary>
    private void WriteToken(ToolCallPart call)
    {
        if (call.Token is not { } token) return;
        if (token.Minter == "gemini" && traits.IsGemini) ToolCallToken.Write(json, token);
        else log.Apply(Rules.CallSignature, call.Pointer);
    }
}

/// <summary>Gemini's thought signature on a call, where Google's own OpenAI-compatible endpoint has it.</summary>
internal static class ToolCallToken
{
    public static void Write(Utf8JsonWriter json, OpaqueToken token)
    {
        json.WriteStartObject("extra_content"u8);
        json.WriteStartObject("google"u8);
        json.WriteText("thought_signature"u8, token.Data);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
