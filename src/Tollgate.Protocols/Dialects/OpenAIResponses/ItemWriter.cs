using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>Writes the items of an answer, as they are when they are whole and as they are announced.</summary>
internal static class ItemWriter
{
    /// <summary>A message; its content are texts and refusals, each with its log probabilities.</summary>
    public static void WriteMessage(Utf8JsonWriter json, string id, ReadOnlySpan<byte> status, IReadOnlyList<(Part Part, RawJson Logprobs)> content)
    {
        json.WriteStartObject();
        json.WriteText("id"u8, id);
        json.WriteString("type"u8, "message"u8);
        json.WriteString("status"u8, status);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteStartArray("content"u8);
        foreach (var (part, logprobs) in content) WritePart(json, part, logprobs);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A part of a message; its annotations are a response's.</summary>
    public static void WritePart(Utf8JsonWriter json, Part part, RawJson logprobs)
    {
        json.WriteStartObject();
        if (part is RefusalPart refusal)
        {
            json.WriteString("type"u8, "refusal"u8);
            json.WriteText("refusal"u8, refusal.Text);
        }
        else if (part is TextPart text)
        {
            json.WriteString("type"u8, "output_text"u8);
            json.WriteText("text"u8, text.Text);
            json.WriteStartArray("annotations"u8);
            if (!text.Annotations.IsEmpty) json.WriteElements(text.Annotations);
            json.WriteEndArray();
            WriteLogprobs(json, logprobs);
        }

        json.WriteEndObject();
    }

    /// <summary>An array, empty when there are none.</summary>
    public static void WriteLogprobs(Utf8JsonWriter json, RawJson logprobs)
    {
        json.WriteStartArray("logprobs"u8);
        if (!logprobs.IsEmpty) json.WriteElements(logprobs);
        json.WriteEndArray();
    }

    /// <summary>Thoughts: their text as a summary, which every client shows; their token as what must come back.</summary>
    /// <param name="json">In a place for a value.</param>
    /// <param name="id">Of the item; null for one that goes back to OpenAI, which keeps none that it could look up.</param>
    /// <param name="text">Null or empty when there is none.</param>
    /// <param name="encrypted">Null when there is none.</param>
    public static void WriteReasoning(Utf8JsonWriter json, string? id, string? text, string? encrypted)
    {
        json.WriteStartObject();
        if (id is not null) json.WriteText("id"u8, id);
        json.WriteString("type"u8, "reasoning"u8);
        json.WriteStartArray("summary"u8);
        if (text is { Length: > 0 }) WriteSummary(json, text);
        json.WriteEndArray();
        json.WriteTextOrNull("encrypted_content"u8, encrypted);
        json.WriteEndObject();
    }

    public static void WriteSummary(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "summary_text"u8);
        json.WriteText("text"u8, text);
        json.WriteEndObject();
    }

    /// <summary>A call of a function, or of a tool that takes text.</summary>
    /// <param name="json">In a place for a value.</param>
    /// <param name="id">Of the item.</param>
    /// <param name="status"><c>in_progress</c> or <c>completed</c>.</param>
    /// <param name="call">Its arguments as far as they are known.</param>
    /// <param name="takesText">True: the arguments are the text itself.</param>
    public static void WriteCall(Utf8JsonWriter json, string id, ReadOnlySpan<byte> status, ToolCallPart call, bool takesText)
    {
        json.WriteStartObject();
        json.WriteText("id"u8, id);
        json.WriteString("type"u8, takesText ? "custom_tool_call"u8 : "function_call"u8);
        json.WriteString("status"u8, status);
        json.WriteText(takesText ? "input"u8 : "arguments"u8, call.Arguments);
        json.WriteText("call_id"u8, call.Id);
        json.WriteText("name"u8, call.Name);
        json.WriteEndObject();
    }

    /// <summary>The token of thoughts as <c>encrypted_content</c>. OpenAI's own goes out as it is.</summary>
    public static string? EncryptedOf(OpaqueToken? token) => token switch
    {
        null => null,
        { Minter: "openai", Kind: OpaqueTokenKind.Encrypted } => token.Data,
        _ => TokenText.Write(token),
    };
}
