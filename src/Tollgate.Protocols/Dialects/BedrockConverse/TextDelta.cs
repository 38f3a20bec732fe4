using System.Text.Json;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>
/// Reads the one event that nearly all of a stream are, without a document: <c>{"contentBlockIndex":0,"delta":{"text":"…"},"p":"…"}</c>.
/// Whatever looks otherwise is left to the reader of all events.
/// </summary>
internal static class TextDelta
{
    /// <summary>False: it is another event, or none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out int key, out string text)
    {
        (key, text) = (0, "");
        var reader = new Utf8JsonReader(data, DeepJson.Reader);
        try
        {
            return TryRead(ref reader, ref key, out text);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryRead(ref Utf8JsonReader reader, ref int key, out string text)
    {
        text = "";
        var (hasKey, hasText) = (false, false);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // An escaped name, or one that comes twice, is for the other reader to judge.
            if (reader.ValueIsEscaped) return false;
            if (reader.ValueTextEquals("contentBlockIndex"u8))
            {
                if (hasKey || !reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out key)) return false;
                hasKey = true;
            }
            else if (reader.ValueTextEquals("delta"u8))
            {
                if (hasText || !TryReadText(ref reader, out text)) return false;
                hasText = true;
            }
            else
            {
                if (!reader.ValueTextEquals("p"u8) || !reader.Read() || reader.TokenType != JsonTokenType.String) return false;
            }
        }

        return hasText && reader.TokenType == JsonTokenType.EndObject && !reader.Read();
    }

    private static bool TryReadText(ref Utf8JsonReader reader, out string text)
    {
        text = "";
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName || reader.ValueIsEscaped || !reader.ValueTextEquals("text"u8)) return false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.String) return false;
        text = LenientText.Of(reader.ValueSpan);
        return reader.Read() && reader.TokenType == JsonTokenType.EndObject;
    }
}
