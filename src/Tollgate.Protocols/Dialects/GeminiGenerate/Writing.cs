using System.Text.Encodings.Web;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>How this dialect writes JSON.</summary>
internal static class Writing
{
    /// <summary>Text stays readable; deep schemas and arguments are taken.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A member as it was written by the client.</summary>
    public static void WriteRaw(this Utf8JsonWriter json, ReadOnlySpan<byte> name, RawJson value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }
}
