using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tollgate.Simulator.Content;

namespace Tollgate.Simulator.Wire;

/// <summary>
/// An answer as AWS event stream (<c>application/vnd.amazon.eventstream</c>): binary frames with two checksums.
/// https://smithy.io/2.0/aws/amazon-eventstream.html
/// </summary>
internal sealed class AwsStream
{
    private readonly Call _call;
    private readonly PipeWriter _output;

    private AwsStream(Call call) => (_call, _output, Pace) = (call, call.Context.Response.BodyWriter, new Pace(call));

    public Pace Pace { get; }

    public static async Task<AwsStream> StartAsync(Call call)
    {
        call.Context.Response.ContentType = "application/vnd.amazon.eventstream";
        await call.Context.Response.StartAsync(call.Aborted);
        var stream = new AwsStream(call);
        call.OnBrokenStream = stream.BreakAsync;
        return stream;
    }

    /// <summary>One event; the padding member is added to its payload.</summary>
    public async ValueTask SendAsync(string type, JsonObject payload)
    {
        payload["p"] = _call.Simulator.Ids.Padding();
        WriteFrame(_output, JsonText.Bytes(payload), "event", type);
        await _output.FlushAsync(_call.Aborted);
        _call.Aborted.ThrowIfCancellationRequested();
    }

    private async ValueTask BreakAsync(Refusal refusal)
    {
        var name = ErrorBodies.AwsType(refusal.Status);
        name = char.ToLowerInvariant(name[0]) + name[1..];
        WriteFrame(_output, JsonText.Bytes(new JsonObject { ["message"] = refusal.Message }), "exception", name);
        await _output.FlushAsync(_call.Aborted);
    }

    /// <summary>u32 total, u32 headers, CRC of both; headers; payload; CRC of all before it. Big-endian.</summary>
    internal static void WriteFrame(IBufferWriter<byte> output, ReadOnlySpan<byte> payload, string messageType, string typeName, string contentType = "application/json")
    {
        var headers = new ArrayBufferWriter<byte>(128);
        WriteHeader(headers, messageType == "exception" ? ":exception-type" : ":event-type", typeName);
        WriteHeader(headers, ":content-type", contentType);
        WriteHeader(headers, ":message-type", messageType);

        var total = 16 + headers.WrittenCount + payload.Length;
        var frame = output.GetSpan(total)[..total];
        BinaryPrimitives.WriteInt32BigEndian(frame, total);
        BinaryPrimitives.WriteInt32BigEndian(frame[4..], headers.WrittenCount);
        BinaryPrimitives.WriteUInt32BigEndian(frame[8..], Checksum.Crc32(frame[..8]));
        headers.WrittenSpan.CopyTo(frame[12..]);
        payload.CopyTo(frame[(12 + headers.WrittenCount)..]);
        BinaryPrimitives.WriteUInt32BigEndian(frame[^4..], Checksum.Crc32(frame[..^4]));
        output.Advance(total);
    }

    private static void WriteHeader(ArrayBufferWriter<byte> output, string name, string value)
    {
        var span = output.GetSpan(name.Length + (value.Length * 3) + 4);
        span[0] = (byte)name.Length;
        var at = 1 + Encoding.UTF8.GetBytes(name, span[1..]);
        span[at++] = 7;
        var length = Encoding.UTF8.GetBytes(value, span[(at + 2)..]);
        BinaryPrimitives.WriteUInt16BigEndian(span[at..], (ushort)length);
        output.Advance(at + 2 + length);
    }
}
