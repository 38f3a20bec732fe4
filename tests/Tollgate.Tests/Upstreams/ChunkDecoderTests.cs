using System.Globalization;
using System.Text;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Tests.Upstreams;

/// <summary>Chunks (RFC 9112, 7.1).</summary>
public sealed class ChunkDecoderTests
{
    private const string Body = "5\r\nhello\r\n1;name=\"value\"\r\n,\r\n00000A ; x\r\n 0123456\r\n\r\n4\nlast\n0\r\nTrailer: x\r\nother: y\r\n\r\n";
    private const string Data = "hello, 0123456\r\nlast";

    [Fact]
    public void A_body_is_the_same_wherever_it_is_split()
    {
        for (var first = 0; first <= Body.Length; first++)
        {
            for (var second = first; second <= Body.Length; second++)
            {
                Decode(Body[..first], Body[first..second], Body[second..]).ShouldBe((Data, true, 0), $"{first} {second}");
            }
        }

        Decode([.. Body.Select(c => c.ToString())]).ShouldBe((Data, true, 0));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK", 15)]
    [InlineData("\r\n", 2)]
    [InlineData("0\r\n\r\n", 5)]
    public void Bytes_beyond_the_end_are_told(string more, int count) => Decode(Body + more).ShouldBe((Data, true, count));

    [Fact]
    public void A_body_that_has_not_ended_says_so()
    {
        for (var length = 0; length < Body.Length; length++) Decode(Body[..length]).HasEnded.ShouldBeFalse();
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData(" 5\r\nhello\r\n0\r\n\r\n")]
    [InlineData(";x\r\n")]
    [InlineData("-5\r\n")]
    [InlineData("+5\r\n")]
    [InlineData("0x5\r\nhello\r\n")]
    [InlineData("5g\r\nhello\r\n")]
    [InlineData("5\r\nhello0\r\n\r\n")]
    [InlineData("5\r\nhello\r\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello \r\n0\r\n\r\n")]
    [InlineData("5\rx\nhello\r\n0\r\n\r\n")]
    [InlineData("5;x\ry\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\r\nhello\r\n0\r\n\r\n")]
    [InlineData("1000000000000000\r\n")]
    [InlineData("ffffffffffffffffff\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("5\r\nhello\r\n\r\n0\r\n\r\n")]
    public void What_is_no_chunk_is_refused(string body)
    {
        Should.Throw<InvalidDataException>(() => Decode(body));
        Should.Throw<InvalidDataException>(() => Decode([.. body.Select(c => c.ToString())]));
    }

    [Fact]
    public void What_follows_a_malformed_chunk_is_not_read_as_chunks_again()
    {
        var decoder = new ChunkDecoder();
        Should.Throw<InvalidDataException>(() => decoder.Decode("5g"u8.ToArray(), out _));
        Should.Throw<InvalidDataException>(() => decoder.Decode("\r\nhello\r\n0\r\n\r\n"u8.ToArray(), out _));
        decoder.HasEnded.ShouldBeFalse();
    }

    [Fact]
    public void Extensions_and_trailers_have_bounds()
    {
        Decode("1;" + new string('x', 8000) + "\r\na\r\n0\r\n\r\n").ShouldBe(("a", true, 0));
        Should.Throw<InvalidDataException>(() => Decode("1;" + new string('x', 9000) + "\r\na\r\n0\r\n\r\n"));
        Decode("0\r\n" + string.Concat(Enumerable.Repeat("a: b\r\n", 10_000)) + "\r\n").HasEnded.ShouldBeTrue();
        Should.Throw<InvalidDataException>(() => Decode("0\r\n" + string.Concat(Enumerable.Repeat("a: b\r\n", 12_000))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_data_in_random_chunks_read_in_random_pieces_is_that_data(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var data = new byte[random.Next(300)];
            random.NextBytes(data);
            Decode(Pieces(Chunked(data, random), random)).ShouldBe((Encoding.Latin1.GetString(data), true, 0));
        }
    }

    internal static string Chunked(byte[] data, Random random)
    {
        var text = new StringBuilder();
        for (var at = 0; at < data.Length;)
        {
            var size = Math.Min(random.Next(1, 60), data.Length - at);
            var digits = size.ToString(random.Next(2) == 0 ? "x" : "X", CultureInfo.InvariantCulture).PadLeft(random.Next(1, 9), '0');
            text.Append(digits).Append(random.Next(4) == 0 ? ";a=b" : "").Append("\r\n").Append(Encoding.Latin1.GetString(data, at, size)).Append("\r\n");
            at += size;
        }

        return text.Append("0\r\n").Append(random.Next(3) == 0 ? "t: x\r\n" : "").Append("\r\n").ToString();
    }

    private static string[] Pieces(string text, Random random)
    {
        var pieces = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var size = Math.Min(random.Next(1, 40), text.Length - at);
            pieces.Add(text.Substring(at, size));
            at += size;
        }

        return [.. pieces];
    }

    private static (string Data, bool HasEnded, int Beyond) Decode(params string[] pieces)
    {
        var decoder = new ChunkDecoder();
        var text = new StringBuilder();
        var beyond = 0;
        foreach (var piece in pieces)
        {
            var bytes = Encoding.Latin1.GetBytes(piece);
            var length = decoder.Decode(bytes, out var consumed);
            text.Append(Encoding.Latin1.GetString(bytes, 0, length));
            beyond += bytes.Length - consumed;
        }

        return (text.ToString(), decoder.HasEnded, beyond);
    }
}
