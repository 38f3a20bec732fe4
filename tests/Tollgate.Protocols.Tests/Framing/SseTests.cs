using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Framing;

namespace Tollgate.Protocols.Tests.Framing;

public sealed class SseTests
{
    private static readonly string[] Pieces = ["data:1", "data: 2", "data", "event:e", ":c", "x", "\n", "\r", "\r\n", "\n", "\r\n"];

    [Theory]
    [InlineData("data: a\n\n", 9)]
    [InlineData("data: a\r\n\r\n", 11)]
    [InlineData("data: a\r\r", 9)]
    [InlineData("data: a\n\r\n", 10)]
    [InlineData("data: a\r\n\n", 10)]
    [InlineData("data: a\r\n\r", 10)]
    [InlineData("data: a\n\ndata: b\n\n", 9)]
    [InlineData("event: x\ndata: a\n\n:", 18)]
    [InlineData("\ndata: a\n\n", 1)]
    [InlineData("\r\ndata: a\n\n", 2)]
    [InlineData("data: a\n", 0)]
    [InlineData("data: a\r", 0)]
    [InlineData("data: a\r\n", 0)]
    [InlineData("data: a", 0)]
    [InlineData("", 0)]
    public void Cuts_the_first_frame_behind_its_blank_line(string stream, int length)
    {
        var scanned = 0;
        Sse.FrameLength(Encoding.UTF8.GetBytes(stream), ref scanned).ShouldBe(length);
    }

    [Theory]
    [InlineData("\n", "\n")]
    [InlineData("\r\n", "\r\n")]
    [InlineData("\r", "\r")]
    [InlineData("\n", "\r\n")]
    [InlineData("\r\n", "\r")]
    public void Finds_the_same_events_wherever_the_stream_is_cut_in_two(string lineEnd, string blankLine)
    {
        string[] frames = [$"event: first{lineEnd}data: {{\"a\":\"é\"}}{lineEnd}", $": comment{lineEnd}", $"data:[DONE]{lineEnd}"];
        var stream = Encoding.UTF8.GetBytes(string.Concat(frames.Select(frame => frame + blankLine)));
        for (var cut = 0; cut <= stream.Length; cut++)
        {
            var events = Feed(stream, [cut, stream.Length], out var left);
            events.ShouldBe(["first|{\"a\":\"é\"}", "|", "|[DONE]"], $"cut at {cut}");
            left.ShouldBe(0);
        }
    }

    [Fact]
    public void Agrees_with_the_specification_for_any_lines_fed_whole_or_byte_by_byte()
    {
        var streams = Gen.Elements(Pieces).ListOf().Select(string.Concat).ToArbitrary();
        Prop.ForAll(streams, text =>
        {
            var stream = Encoding.UTF8.GetBytes(text);
            var expected = Specified(text);
            Feed(stream, [stream.Length], out _).ShouldBe(expected);
            Feed(stream, Enumerable.Range(1, stream.Length), out _).ShouldBe(expected);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Never_looks_again_at_what_it_has_scanned()
    {
        var stream = Encoding.UTF8.GetBytes("data: a\r\n:b\n" + new string('c', 100) + "\rd\r\n\r\n");
        var scanned = 0;
        for (var length = 1; length < stream.Length - 1; length++)
        {
            Sse.FrameLength(stream.AsSpan(0, length), ref scanned).ShouldBe(0);
            scanned.ShouldBeGreaterThanOrEqualTo(length - 2);
        }

        Sse.FrameLength(stream, ref scanned).ShouldBe(stream.Length);
    }

    /// <summary>Feeds growing buffers, as a reader would, and lists "event|data" of what comes out; blank frames are no events.</summary>
    private static List<string> Feed(ReadOnlySpan<byte> stream, IEnumerable<int> lengths, out int left)
    {
        var events = new List<string>();
        int start = 0, scanned = 0;
        foreach (var length in lengths)
        {
            while (Sse.FrameLength(stream[start..length], ref scanned) is var taken and > 0)
            {
                var raw = stream.Slice(start, taken);
                if (raw.Trim("\r\n"u8).Length > 0) events.Add(Describe(raw));
                start += taken;
                scanned = 0;
            }
        }

        left = stream.Length - start;
        return events;
    }

    private static string Describe(ReadOnlySpan<byte> raw)
    {
        var frame = SseFrame.Parse(raw);
        var data = new System.Buffers.ArrayBufferWriter<byte>();
        frame.CopyData(data);
        return Encoding.UTF8.GetString(frame.Event) + "|" + Encoding.UTF8.GetString(data.WrittenSpan);
    }

    /// <summary>The slow and plain way: normalise line ends, split at blank lines, drop what isn't closed.</summary>
    private static List<string> Specified(string text)
    {
        var lines = text.Replace("\r\n", "\n").Replace('\r', '\n').Split('\n')[..^1];
        var events = new List<string>();
        var block = new List<string>();
        foreach (var line in lines)
        {
            if (line.Length > 0) block.Add(line);
            else if (block.Count > 0)
            {
                var data = block.Where(l => l == "data" || l.StartsWith("data:")).Select(Value);
                events.Add(block.Where(l => l.StartsWith("event:")).Select(Value).LastOrDefault("") + "|" + string.Join('\n', data));
                block.Clear();
            }
        }

        return events;

        static string Value(string line)
        {
            var value = line.Contains(':') ? line[(line.IndexOf(':') + 1)..] : "";
            return value.StartsWith(' ') ? value[1..] : value;
        }
    }
}
