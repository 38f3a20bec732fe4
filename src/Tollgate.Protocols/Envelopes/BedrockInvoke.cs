using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tollgate.Protocols.Framing;
using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Envelopes;

/// <summary>What became of a Bedrock message.</summary>
public enum BedrockFrameResult
{
    /// <summary>An event of the Anthropic stream was written.</summary>
    Written,

    /// <summary>An event type that means nothing here: nothing was written.</summary>
    Skipped,

    /// <summary>The provider gave up; an <c>error</c> event was written, and nothing may follow it.</summary>
    Error,

    /// <summary>A chunk without a readable event: nothing was written, and the stream can't be trusted any more.</summary>
    Corrupt,
}

/// <summary>
/// Unwraps Anthropic's events from Bedrock's <c>InvokeModelWithResponseStream</c>
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html"/>).
/// </summary>
public static class BedrockInvoke
{
    private const int MaxTypeLength = 64;
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"u8);
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Turns one message into a server-sent event of the Anthropic dialect: a <c>chunk</c>'s decoded bytes stay as they are and are
    /// named after their <c>type</c>; exceptions and errors become an <c>error</c> event of the matching Anthropic error type.
    /// </summary>
    public static BedrockFrameResult Unwrap(in AwsEventMessage message, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (message.MessageType.SequenceEqual("exception"u8))
        {
            WriteError(output, message.ExceptionType, MessageOf(message.Payload), plainText: default);
            return BedrockFrameResult.Error;
        }

        if (message.MessageType.SequenceEqual("error"u8))
        {
            WriteError(output, message.ErrorCode, MessageOf(message.Payload), message.ErrorMessage);
            return BedrockFrameResult.Error;
        }

        return message.EventType.SequenceEqual("chunk"u8) ? WriteChunk(message.Payload, output) : BedrockFrameResult.Skipped;
    }

    private static BedrockFrameResult WriteChunk(ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        var encoded = Member(payload, "bytes"u8);
        if (encoded.Length < 2 || encoded[0] != '"') return BedrockFrameResult.Corrupt;

        // The name comes before the data but is known only after decoding: decode behind the longest head, then move up to it.
        const int MaxHead = 7 + MaxTypeLength + 7;
        var span = output.GetSpan(MaxHead + encoded.Length + 2);
        if (!TryDecode(encoded, span[MaxHead..], out var length)) return BedrockFrameResult.Corrupt;
        var json = span.Slice(MaxHead, length);
        var type = Member(json, "type"u8);
        if (!IsEventName(type)) return BedrockFrameResult.Corrupt;
        type = type[1..^1];
        var isError = type.SequenceEqual("error"u8);

        // A line break in JSON can only be white space between tokens, but it would end the data line.
        json.ReplaceAny(LineEnds, (byte)' ');
        var at = 0;
        at += Put(span[at..], "event: "u8);
        at += Put(span[at..], type); // a slice of what is moved next: copied while it is still there
        at += Put(span[at..], "\ndata: "u8);
        json.CopyTo(span[at..]);
        at += length;
        at += Put(span[at..], "\n\n"u8);
        output.Advance(at);
        return isError ? BedrockFrameResult.Error : BedrockFrameResult.Written;
    }

    private static int Put(Span<byte> at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(at);
        return bytes.Length;
    }

    private static bool TryDecode(ReadOnlySpan<byte> quoted, Span<byte> into, out int length)
    {
        length = 0;
        var text = quoted[1..^1];
        if (text.Contains((byte)'\\'))
        {
            // "\/" is allowed in JSON: rare enough to pay for.
            if (JsonUnescape(quoted) is not { } plain) return false;
            text = plain;
        }

        return Base64.DecodeFromUtf8(text, into, out _, out length) == OperationStatus.Done;
    }

    private static byte[]? JsonUnescape(ReadOnlySpan<byte> quoted)
    {
        try
        {
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            return Encoding.UTF8.GetBytes(reader.GetString()!);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsEventName(ReadOnlySpan<byte> quoted)
        => quoted.Length is > 2 and <= MaxTypeLength + 2 && quoted[0] == '"'
            && !quoted[1..^1].ContainsAnyExcept(NameBytes);

    private static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var members = new JsonMembers(json);
        while (members.Next())
        {
            if (members.Name.SequenceEqual(name)) return members.Value;
        }

        return default;
    }

    private static ReadOnlySpan<byte> MessageOf(ReadOnlySpan<byte> payload)
    {
        var message = Member(payload, "message"u8);
        if (message.IsEmpty) message = Member(payload, "Message"u8);
        return !message.IsEmpty && message[0] == '"' ? message : default;
    }

    /// <summary>Writes the event; the message is a raw JSON string, or plain text, or failing both the name of the exception.</summary>
    private static void WriteError(IBufferWriter<byte> output, ReadOnlySpan<byte> code, ReadOnlySpan<byte> rawMessage, ReadOnlySpan<byte> plainText)
    {
        output.Write("event: error\ndata: "u8);
        using (var json = new Utf8JsonWriter(output, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "error"u8);
            json.WriteStartObject("error"u8);
            json.WriteString("type"u8, AnthropicType(code));
            json.WritePropertyName("message"u8);
            if (rawMessage.IsEmpty) json.WriteStringValue(Encoding.UTF8.GetString(plainText.IsEmpty ? code : plainText));
            else json.WriteRawValue(rawMessage, skipInputValidation: true);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    private static ReadOnlySpan<byte> AnthropicType(ReadOnlySpan<byte> code)
    {
        if (Ascii.EqualsIgnoreCase(code, "throttlingException"u8)) return "rate_limit_error"u8;
        if (Ascii.EqualsIgnoreCase(code, "serviceUnavailableException"u8)) return "overloaded_error"u8;
        if (Ascii.EqualsIgnoreCase(code, "validationException"u8)) return "invalid_request_error"u8;
        return Ascii.EqualsIgnoreCase(code, "modelTimeoutException"u8) ? "timeout_error"u8 : "api_error"u8;
    }
}
