using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Words and JSON habits that the files of this dialect share.</summary>
internal static class Wire
{
    public const string Dialect = "anthropic.messages";
    public const string Minter = "anthropic";

    public static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    private const int LongestToolName = 128;

    public static JsonWriterOptions WriterOptions { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Tool names as the API takes them; the reader of the answer makes the same from the same request.</summary>
    public static ToolNames Names(ChatRequest request) => new(request, NameCharacters, LongestToolName);

    /// <summary>The text of a JSON string, with U+FFFD for half a surrogate pair: providers cut emoji in two.</summary>
    public static string Text(JsonElement value) => Text(JsonMarshal.GetRawUtf8Value(value)[1..^1]);

    /// <summary>The name of a member, mended like a text.</summary>
    public static string Name(JsonProperty member) => Text(JsonMarshal.GetRawUtf8PropertyName(member));

    /// <summary>The text of a member; null when it is missing or something else than a string.</summary>
    public static string? Text(JsonElement value, string name)
        => Member(value, name) is { ValueKind: JsonValueKind.String } text ? Text(text) : null;

    /// <summary>The text of a value that may be missing, or something else than a string: then null.</summary>
    public static string? TextOrNull(JsonElement value) => value.ValueKind == JsonValueKind.String ? Text(value) : null;

    /// <summary>A member; undefined when there is none.</summary>
    public static JsonElement Member(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.Object) return default;
        try
        {
            return value.TryGetProperty(name, out var member) ? member : default;
        }
        catch (InvalidOperationException)
        {
            // Another name of the object holds half a surrogate pair, which the search stumbles over.
            return Find(value, name);
        }
    }

    // Apart, so that the search that nearly always does makes no delegate.
    private static JsonElement Find(JsonElement value, string name) => value.EnumerateObject().LastOrDefault(member => Name(member) == name).Value;

    /// <summary>A copy of the value as it was written.</summary>
    public static RawJson Raw(JsonElement value) => new(JsonMarshal.GetRawUtf8Value(value).ToArray());

    public static void WriteRaw(Utf8JsonWriter writer, RawJson json) => writer.WriteRawValue(json.Utf8.Span, skipInputValidation: true);

    /// <summary>Writes the arguments of a call, which the API wants as an object: as the model wrote them, or empty when they are none.</summary>
    public static void WriteInput(Utf8JsonWriter writer, string arguments)
    {
        var utf8 = Encoding.UTF8.GetBytes(arguments);
        writer.WriteRawValue(IsObject(utf8) ? utf8 : "{}"u8, skipInputValidation: true);
    }

    /// <summary>True for exactly one JSON object.</summary>
    public static bool IsObject(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return false; // nothing is no reason to throw
        var reader = new Utf8JsonReader(json, DeepJson.Reader);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>What stands between the quotes of a valid string.</summary>
    public static string Text(ReadOnlySpan<byte> inner) => JsonText.ToText(inner) ?? Mend(inner);

    private static string Mend(ReadOnlySpan<byte> inner)
    {
        var utf8 = new byte[inner.Length];
        var length = JsonText.Unescape(inner, utf8, out _);
        for (var i = 0; i + 2 < length; i++)
        {
            // The three bytes of a lone surrogate make room for the three of U+FFFD.
            if (utf8[i] == 0xED && utf8[i + 1] >= 0xA0) "\uFFFD"u8.CopyTo(utf8.AsSpan(i));
        }

        return Encoding.UTF8.GetString(utf8, 0, length);
    }
}
