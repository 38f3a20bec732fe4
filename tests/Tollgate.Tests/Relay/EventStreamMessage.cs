using System.Buffers.Binary;
using System.Text;

namespace Tollgate.Tests.Relay;

/// <summary>
/// Messages of an AWS event stream made byte by byte, with a bitwise checksum:
/// https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html (event stream encoding).
/// </summary>
internal static class EventStreamMessage
{
    /// <summary>What InvokeModelWithResponseStream sends for one event of Anthropic's.</summary>
    public static byte[] Chunk(string anthropicEvent) =>
        Event("chunk", $$"""{"bytes":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(anthropicEvent))}}","p":"abcdef"}""");

    public static byte[] Event(string type, string payload) =>
        Message(payload, (":event-type", type), (":content-type", "application/json"), (":message-type", "event"));

    public static byte[] Exception(string type, string payload) =>
        Message(payload, (":exception-type", type), (":content-type", "application/json"), (":message-type", "exception"));

    public static byte[] Message(string payload, params (string Name, string Value)[] headers)
    {
        var head = headers.SelectMany(h => (byte[])[(byte)h.Name.Length, .. Encoding.UTF8.GetBytes(h.Name), 7, (byte)(h.Value.Length >> 8), (byte)h.Value.Length, .. Encoding.UTF8.GetBytes(h.Value)]).ToArray();
        byte[] message = [.. new byte[12], .. head, .. Encoding.UTF8.GetBytes(payload), .. new byte[4]];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), head.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), Checksum(message.AsSpan(0, 8)));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - 4), Checksum(message.AsSpan(0, message.Length - 4)));
        return message;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return ~crc;
    }
}
