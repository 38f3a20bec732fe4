using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Framing;
using static Tollgate.Protocols.Tests.Framing.EventStreamBytes;

namespace Tollgate.Protocols.Tests.Framing;

public sealed class AwsEventStreamTests
{
    private static AwsEventStatus Status(ReadOnlySpan<byte> bytes)
    {
        var status = AwsEventStream.TryRead(bytes, out _, out var consumed);
        if (status != AwsEventStatus.Ok) consumed.ShouldBe(0);
        return status;
    }

    [Fact]
    public void Reads_an_event()
    {
        var bytes = Convert.FromHexString(TextDelta);
        AwsEventStream.TryRead([.. bytes, 1, 2, 3], out var message, out var consumed).ShouldBe(AwsEventStatus.Ok);

        consumed.ShouldBe(bytes.Length);
        Encoding.UTF8.GetString(message.MessageType).ShouldBe("event");
        Encoding.UTF8.GetString(message.EventType).ShouldBe("contentBlockDelta");
        Encoding.UTF8.GetString(message.ContentType).ShouldBe("application/json");
        Encoding.UTF8.GetString(message.Payload).ShouldBe("""{"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"abc"}""");
        message.ExceptionType.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Reads_an_exception()
    {
        AwsEventStream.TryRead(Convert.FromHexString(Throttled), out var message, out _).ShouldBe(AwsEventStatus.Ok);
        Encoding.UTF8.GetString(message.MessageType).ShouldBe("exception");
        Encoding.UTF8.GetString(message.ExceptionType).ShouldBe("throttlingException");
        Encoding.UTF8.GetString(message.Payload).ShouldBe("""{"message":"Slow down"}""");
    }

    [Fact]
    public void Reads_an_empty_message()
    {
        AwsEventStream.TryRead(Convert.FromHexString(Empty), out var message, out var consumed).ShouldBe(AwsEventStatus.Ok);
        consumed.ShouldBe(16);
        message.Payload.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Reads_an_error_among_headers_of_every_type()
    {
        byte[] headers =
        [
            .. Header("a", 0), .. Header("b", 1), .. Header("c", 2, 1), .. Header("d", 3, 1, 2), .. Header("e", 4, 1, 2, 3, 4),
            .. Header("f", 5, new byte[8]), .. Header("g", 6, 0, 2, 9, 9), .. Header("h", 8, new byte[8]), .. Header("i", 9, new byte[16]),
            .. Header(":event-type", 4, 1, 2, 3, 4), .. Text(":message-type", "error"), .. Text(":error-code", "Boom"),
            .. Text(":error-message", "It went é"),
        ];
        AwsEventStream.TryRead(Message(headers, []), out var message, out _).ShouldBe(AwsEventStatus.Ok);

        Encoding.UTF8.GetString(message.MessageType).ShouldBe("error");
        Encoding.UTF8.GetString(message.ErrorCode).ShouldBe("Boom");
        Encoding.UTF8.GetString(message.ErrorMessage).ShouldBe("It went é");
        message.EventType.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Waits_for_the_last_byte()
    {
        var bytes = Convert.FromHexString(TextDelta);
        for (var length = 0; length < bytes.Length; length++) Status(bytes.AsSpan(0, length)).ShouldBe(AwsEventStatus.NeedMore);
    }

    [Fact]
    public void Notices_any_flipped_bit()
    {
        var good = Convert.FromHexString(Throttled);
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var bytes = (byte[])good.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Status(bytes).ShouldBe(AwsEventStatus.Corrupt, $"bit {bit}");
        }
    }

    [Theory]
    [InlineData(15, 0)]
    [InlineData(0, 0)]
    [InlineData((16 * 1024 * 1024) + 1, 0)]
    [InlineData(uint.MaxValue, 0)]
    [InlineData(20, 5)]
    [InlineData(1_000_000, (128 * 1024) + 1)]
    [InlineData(20, uint.MaxValue)]
    public void Refuses_impossible_lengths_before_waiting_for_them(long total, long headers)
        => Status(Sealed(new byte[16], total, headers)).ShouldBe(AwsEventStatus.Corrupt);

    [Fact]
    public void Refuses_an_unknown_header_type() => Status(Message(Header("a", 10), [])).ShouldBe(AwsEventStatus.Corrupt);

    [Fact]
    public void Refuses_headers_that_run_over_their_end()
    {
        var headers = Text(":message-type", "event");
        for (var length = 1; length < headers.Length; length++)
        {
            Status(Message(headers[..length], [1, 2, 3, 4])).ShouldBe(AwsEventStatus.Corrupt, $"{length} bytes");
        }
    }

    [Theory]
    [InlineData("event", "contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"abc"}""", TextDelta)]
    [InlineData("exception", "throttlingException", """{"message":"Slow down"}""", Throttled)]
    public void Writes_what_the_vendors_codec_writes(string messageType, string typeName, string payload, string hex)
    {
        var output = new ArrayBufferWriter<byte>();
        AwsEventStream.Write(output, Encoding.UTF8.GetBytes(payload), messageType, typeName);
        Convert.ToHexStringLower(output.WrittenSpan).ShouldBe(hex);
    }

    [Fact]
    public void Writes_an_error_into_headers()
    {
        var output = new ArrayBufferWriter<byte>();
        AwsEventStream.Write(output, "Gone away"u8, "error", "Boom");
        AwsEventStream.TryRead(output.WrittenSpan, out var message, out _).ShouldBe(AwsEventStatus.Ok);
        Encoding.UTF8.GetString(message.ErrorCode).ShouldBe("Boom");
        Encoding.UTF8.GetString(message.ErrorMessage).ShouldBe("Gone away");
        message.Payload.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Refuses_to_write_an_unknown_kind_of_message()
        => Should.Throw<ArgumentException>(() => AwsEventStream.Write(new ArrayBufferWriter<byte>(), default, "note", "x"))
            .Message.ShouldContain("'note'");

    [Fact]
    public void Reads_back_any_payload()
        => Prop.ForAll(Gen.Choose(0, 255).Select(i => (byte)i).ArrayOf().ToArbitrary(), payload =>
        {
            var output = new ArrayBufferWriter<byte>();
            AwsEventStream.Write(output, payload, "event", "chunk");
            AwsEventStream.TryRead(output.WrittenSpan, out var message, out var consumed).ShouldBe(AwsEventStatus.Ok);
            consumed.ShouldBe(output.WrittenCount);
            message.Payload.ToArray().ShouldBe(payload);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Computes_the_checksum_of_the_standard()
    {
        Crc32.Of("123456789"u8).ShouldBe(0xCBF43926u);
        for (var length = 0; length < 40; length++)
        {
            var bytes = Enumerable.Range(0, length).Select(i => (byte)(i * 37)).ToArray();
            Crc32.Of(bytes).ShouldBe(Crc(bytes));
        }
    }

    [Fact]
    public void Reads_without_allocating()
    {
        var bytes = Convert.FromHexString(TextDelta);
        Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++) AwsEventStream.TryRead(bytes, out _, out _);
        }).ShouldBe(0);
    }
}
