using System.Buffers;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>The one argument of a tool that takes text, where tools take JSON: <c>{"input": TEXT}</c>.</summary>
internal static class TextInput
{
    /// <summary>The schema of such a tool.</summary>
    public static RawJson Schema { get; } =
        RawJson.From("""{"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}""");

    /// <summary>The arguments that hold a text.</summary>
    public static string Wrap(string text)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 16);
        using (var json = new Utf8JsonWriter(output, WireJson.Options))
        {
            json.WriteStartObject();
            json.WriteText("input"u8, text);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The text that arguments hold; the arguments themselves when a model wrote them in another way.</summary>
    public static string Unwrap(string arguments)
    {
        try
        {
            using var document = JsonDocument.Parse(arguments, DeepJson.Document);
            return WireText.OrNull(document.RootElement, "input"u8) is { } text ? WireText.WellFormed(text) : arguments;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return arguments;
        }
    }
}
