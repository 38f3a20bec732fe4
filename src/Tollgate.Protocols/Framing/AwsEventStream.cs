using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Tollgate.Protocols.Framing;

/// <summary>
/// Reads and writes <c>application/vnd.amazon.eventstream</c>, the framing of Bedrock's streams
/// (<see href="https://smithy.io/2.0/aws/amazon-eventstream.html"/>). Numbers are big-endian.
/// </summary>
/// <remarks>
/// <code>
/// u32 total length | u32 header length | u32 CRC of these 8 | headers | payload | u32 CRC of all before
/// </code>
/// </remarks>
public static class AwsEventStream
{
    private const int Prelude = 12;
    private const int Overhead = Prelude + 4;
    private const int MaxTotal = 16 * 1024 * 1024;
    private const int MaxHeaders = 128 * 1024;

    /// <summary>Reads the first message of <paramref name="buffer"/>. The message points into the buffer.</summary>
    /// <param name="buffer">Unread bytes, beginning at a message.</param>
    /// <param name="message">The message, when the status is <see cref="AwsEventStatus.Ok"/>.</param>
    /// <param name="consumed">Bytes of the message; 0 unless it is <see cref="AwsEventStatus.Ok"/>.</param>
    public static AwsEventStatus TryRead(ReadOnlySpan<byte> buffer, out AwsEventMessage message, out int consumed)
    {
        message = default;
        consumed = 0;
        if (buffer.Length < Prelude) return AwsEventStatus.NeedMore;

        // The prelude has a checksum of its own, so that a broken length is found before it is waited for.
        var total = BinaryPrimitives.ReadUInt32BigEndian(buffer);
        var headers = BinaryPrimitives.ReadUInt32BigEndian(buffer[4..]);
        if (BinaryPrimitives.ReadUInt32BigEndian(buffer[8..]) != Crc32.Of(buffer[..8])
            || total is < Overhead or > MaxTotal || headers > MaxHeaders || headers > total - Overhead)
        {
            return AwsEventStatus.Corrupt;
        }

        if (buffer.Length < total) return AwsEventStatus.NeedMore;
        buffer = buffer[..(int)total];
        if (BinaryPrimitives.ReadUInt32BigEndian(buffer[^4..]) != Crc32.Of(buffer[..^4])
            || !TryReadParts(buffer.Slice(Prelude, (int)headers), buffer[(Prelude + (int)headers)..^4], out message))
        {
            return AwsEventStatus.Corrupt;
        }

        consumed = buffer.Length;
        return AwsEventStatus.Ok;
    }

    /// <summary>Writes one message whose headers are all strings.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="payload">The payload; for an <c>error</c>, which has none, the text of its <c>:error-message</c>.</param>
    /// <param name="messageType"><c>event</c>, <c>exception</c> or <c>error</c>.</param>
    /// <param name="typeName">Value of <c>:event-type</c>, <c>:exception-type</c> or <c>:error-code</c>.</param>
    /// <param name="contentType">Media type of the payload; an <c>error</c> has none.</param>
    /// <exception cref="ArgumentException">The message type is none of the three, or a header or the message is too long.</exception>
    public static void Write(
        IBufferWriter<byte> output, ReadOnlySpan<byte> payload, string messageType, string typeName, string contentType = "application/json")
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(typeName);
        var typeHeader = messageType switch
        {
            "event" => ":event-type",
            "exception" => ":exception-type",
            "error" => ":error-code",
            _ => throw new ArgumentException($"A message is an event, an exception or an error, not '{messageType}'.", nameof(messageType)),
        };
        var isError = messageType == "error";
        var (lastName, lastValue) = isError ? (":error-message", Encoding.UTF8.GetString(payload)) : (":content-type", contentType);
        var headers = Length(typeHeader, typeName) + Length(lastName, lastValue) + Length(":message-type", messageType);
        var total = Overhead + headers + (isError ? 0 : payload.Length);
        if (total > MaxTotal || headers > MaxHeaders) throw new ArgumentException($"A message holds at most {MaxTotal} bytes.", nameof(payload));

        var frame = output.GetSpan(total)[..total];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)total);
        BinaryPrimitives.WriteUInt32BigEndian(frame[4..], (uint)headers);
        BinaryPrimitives.WriteUInt32BigEndian(frame[8..], Crc32.Of(frame[..8]));
        var rest = WriteHeader(frame[Prelude..], typeHeader, typeName);
        rest = WriteHeader(rest, lastName, lastValue);
        rest = WriteHeader(rest, ":message-type", messageType);
        if (!isError) payload.CopyTo(rest);
        BinaryPrimitives.WriteUInt32BigEndian(frame[^4..], Crc32.Of(frame[..^4]));
        output.Advance(total);
    }

    private static bool TryReadParts(ReadOnlySpan<byte> block, ReadOnlySpan<byte> payload, out AwsEventMessage message)
    {
        ReadOnlySpan<byte> messageType = default, eventType = default, exceptionType = default;
        ReadOnlySpan<byte> errorCode = default, errorMessage = default, contentType = default;
        var headers = new AwsEventHeaders(block);
        while (headers.Next())
        {
            if (headers.Name.SequenceEqual(":message-type"u8)) messageType = headers.Text;
            else if (headers.Name.SequenceEqual(":event-type"u8)) eventType = headers.Text;
            else if (headers.Name.SequenceEqual(":exception-type"u8)) exceptionType = headers.Text;
            else if (headers.Name.SequenceEqual(":error-code"u8)) errorCode = headers.Text;
            else if (headers.Name.SequenceEqual(":error-message"u8)) errorMessage = headers.Text;
            else if (headers.Name.SequenceEqual(":content-type"u8)) contentType = headers.Text;
        }

        message = new AwsEventMessage
        {
            MessageType = messageType,
            EventType = eventType,
            ExceptionType = exceptionType,
            ErrorCode = errorCode,
            ErrorMessage = errorMessage,
            ContentType = contentType,
            Payload = payload,
        };
        return !headers.IsCorrupt;
    }

    // u8 length and name, u8 type 7, u16 length and value
    private static int Length(string name, string value) => 1 + name.Length + 1 + 2 + Encoding.UTF8.GetByteCount(value);

    private static Span<byte> WriteHeader(Span<byte> at, string name, string value)
    {
        at[0] = (byte)Encoding.UTF8.GetBytes(name, at[1..]);
        at = at[(1 + name.Length)..];
        at[0] = 7;
        var length = Encoding.UTF8.GetBytes(value, at[3..]);
        if (length > short.MaxValue) throw new ArgumentException($"The value of {name} holds at most {short.MaxValue} bytes.", nameof(value));
        BinaryPrimitives.WriteUInt16BigEndian(at[1..], (ushort)length);
        return at[(3 + length)..];
    }
}
