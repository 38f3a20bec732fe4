using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>How this dialect is written.</summary>
internal static class WireJson
{
    /// <summary>The encoder that leaves text readable; validation stays on, since a wrong body is worse than a slow one.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    public static void WriteText(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string text) => json.WriteString(name, WireText.WellFormed(text));

    public static void WriteTextOrNull(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is null) json.WriteNull(name);
        else json.WriteText(name, text);
    }

    /// <summary>Writes a value as it came, but on one line: a line end inside would cut a server-sent event in two. In valid JSON it can only stand between tokens.</summary>
    public static void WriteRaw(this Utf8JsonWriter json, RawJson value)
    {
        var utf8 = value.Utf8.Span;
        if (utf8.ContainsAny(LineEnds))
        {
            var line = utf8.ToArray();
            line.AsSpan().ReplaceAny(LineEnds, (byte)' ');
            utf8 = line;
        }

        json.WriteRawValue(utf8, skipInputValidation: true);
    }

    public static void WriteRaw(this Utf8JsonWriter json, ReadOnlySpan<byte> name, RawJson value)
    {
        json.WritePropertyName(name);
        json.WriteRaw(value);
    }

    /// <summary>Writes the elements of several arrays into the array that is open.</summary>
    public static void WriteElements(this Utf8JsonWriter json, RawJson array)
    {
        var elements = new JsonElements(array.Utf8.Span);
        while (elements.Next()) json.WriteRaw(new RawJson(elements.Current.ToArray()));
    }
}
