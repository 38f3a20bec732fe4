using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>What a <c>content_block_delta</c> brings more of.</summary>
internal enum DeltaKind
{
    /// <summary><c>text_delta</c>.</summary>
    Text,

    /// <summary><c>thinking_delta</c>.</summary>
    Thinking,

    /// <summary><c>input_json_delta</c>.</summary>
    Input,
}

/// <summary>
/// Reads the events that nearly all of a stream are, without a document: <c>{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"…"}}</c>
/// to the byte, as Anthropic writes it, maybe with padding before the last brace. Whatever looks otherwise is left to the reader of all events.
/// </summary>
internal static class ContentDelta
{
    /// <summary>False: it is another event, or none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out DeltaKind kind, out string text)
    {
        (kind, text) = (default, "");
        var at = 0;
        if (!Skip(data, ref at, "{\"type\":\"content_block_delta\",\"index\":"u8) || !SkipDigits(data, ref at) || !Skip(data, ref at, ",\"delta\":{\"type\":\""u8)) return false;
        if (Skip(data, ref at, "text_delta\",\"text\":\""u8)) kind = DeltaKind.Text;
        else if (Skip(data, ref at, "thinking_delta\",\"thinking\":\""u8)) kind = DeltaKind.Thinking;
        else if (Skip(data, ref at, "input_json_delta\",\"partial_json\":\""u8)) kind = DeltaKind.Input;
        else return false;

        var high = 0UL;
        var end = StringScan.FindEnd(data, at, ref high);
        if (end < 0 || !data[end..].StartsWith("}"u8) || !data[(end + 1)..].TrimStart(" \t\r\n"u8).StartsWith("}"u8)) return false;
        text = Wire.Text(data[at..(end - 1)]);
        return true;
    }

    private static bool Skip(ReadOnlySpan<byte> data, ref int at, ReadOnlySpan<byte> expected)
    {
        if (!data[at..].StartsWith(expected)) return false;
        at += expected.Length;
        return true;
    }

    private static bool SkipDigits(ReadOnlySpan<byte> data, ref int at)
    {
        var start = at;
        while (at < data.Length && char.IsAsciiDigit((char)data[at])) at++;
        return at == start + 1 || (at > start && data[start] != '0');
    }
}
