using System.Buffers;
using System.Text;
using Tollgate.Protocols.Framing;

namespace Tollgate.Protocols.Tests.Framing;

public sealed class SseFrameTests
{
    [Theory]
    [InlineData("data: x\n\n", "x")]
    [InlineData("data:x\n\n", "x")]
    [InlineData("data:  x \r\n\r\n", " x ")]
    [InlineData("id: 1\nretry: 5\ndata: x:y\n\n", "x:y")]
    [InlineData("\uFEFFdata: x\n\n", "x")]
    [InlineData("data: é\r\r", "é")]
    [InlineData("data: x", "x")]
    public void Gives_the_value_of_one_data_line_untouched(string raw, string data)
    {
        var frame = SseFrame.Parse(Encoding.UTF8.GetBytes(raw));

        Encoding.UTF8.GetString(frame.Data).ShouldBe(data);
        frame.HasData.ShouldBeTrue();
        frame.IsMultiline.ShouldBeFalse();
        Encoding.UTF8.GetString(frame.Raw).ShouldBe(raw);
    }

    [Theory]
    [InlineData(": ping\n\n")]
    [InlineData("\n")]
    [InlineData("event: ping\n\n")]
    [InlineData("database: x\n\n")]
    [InlineData("")]
    public void Has_no_data_without_a_data_line(string raw)
    {
        var frame = SseFrame.Parse(Encoding.UTF8.GetBytes(raw));
        frame.HasData.ShouldBeFalse();
        frame.Data.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("data\n\n")]
    [InlineData("data:\n\n")]
    [InlineData("data: \n\n")]
    public void Tells_an_empty_data_line_from_none(string raw)
    {
        var frame = SseFrame.Parse(Encoding.UTF8.GetBytes(raw));
        frame.HasData.ShouldBeTrue();
        frame.Data.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Takes_the_last_event_line()
        => Encoding.UTF8.GetString(SseFrame.Parse("event: a\nevent:b\ndata: x\n\n"u8).Event).ShouldBe("b");

    [Fact]
    public void Joins_several_data_lines_with_line_feeds()
    {
        var frame = SseFrame.Parse("data: {\"a\":\r\ndata:1}\r\n: no\r\ndata\r\n\r\n"u8);
        var joined = new ArrayBufferWriter<byte>();
        frame.CopyData(joined);

        frame.IsMultiline.ShouldBeTrue();
        Encoding.UTF8.GetString(frame.Data).ShouldBe("{\"a\":");
        Encoding.UTF8.GetString(joined.WrittenSpan).ShouldBe("{\"a\":\n1}\n");
    }
}
