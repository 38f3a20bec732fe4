using System.Text;
using Tollgate.Upstreams;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Tests.Upstreams;

/// <summary>Heads of answers (RFC 9112, 4 to 6).</summary>
public sealed class ResponseReaderTests
{
    [Fact]
    public void A_head_is_the_same_wherever_it_is_split()
    {
        var bytes = "HTTP/1.1 100 Continue\r\nx: y\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: a/b\r\nx-empty:\r\nContent-Length:  7 \r\n\r\n{\"a\":1}"u8;
        for (var split = 0; split < bytes.Length; split++)
        {
            var reader = new ResponseReader();
            var headers = new HeaderList();
            if (!reader.TryRead(bytes[..split], HttpMethod.Post, false, headers, out var head, out var first))
            {
                headers.Count.ShouldBe(0);
                reader.TryRead(bytes[first..], HttpMethod.Post, false, headers, out head, out var second).ShouldBeTrue();
                first += second;
            }

            (head.Status, head.Framing, head.Length, head.KeepsAlive).ShouldBe((200, BodyFraming.Length, 7, true));
            Reading.Lines(headers).ShouldBe(["Content-Type: a/b", "x-empty: ", "Content-Length: 7"]);
            Encoding.ASCII.GetString(bytes[first..]).ShouldBe("{\"a\":1}");
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\na: b\ncontent-length: 3\n\n")]
    [InlineData("HTTP/1.1 200 OK\r\na: b\ncontent-length: 3\r\n\n")]
    [InlineData("HTTP/1.1 200 OK\na: b\ncontent-length: 3\n\r\n")]
    [InlineData("HTTP/1.1 200\r\na:b\r\ncontent-length:3\r\n\r\n")]
    public void A_lone_line_feed_ends_a_line(string text)
    {
        var read = Reading.Of(text + "body\r\n\r\n")!;
        (read.Head.Status, read.Head.Framing, read.Head.Length, read.Consumed).ShouldBe((200, BodyFraming.Length, 3, text.Length));
        read.Headers.ShouldBe(["a: b", "content-length: 3"]);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nContent-Length: 5\r\n", nameof(BodyFraming.Length), true)]
    [InlineData("Transfer-Encoding: chunked\r\n", nameof(BodyFraming.Chunked), true)]
    [InlineData("transfer-encoding: Chunked\r\nconnection: close\r\n", nameof(BodyFraming.Chunked), false)]
    [InlineData("transfer-encoding: identity\r\ncontent-length: 5\r\n", nameof(BodyFraming.Length), true)]
    [InlineData("content-length: 0\r\n", nameof(BodyFraming.None), true)]
    [InlineData("content-length: 5\r\nConnection: x, Close\r\n", nameof(BodyFraming.Length), false)]
    [InlineData("a: b\r\n", nameof(BodyFraming.Close), false)]
    [InlineData("a: b\r\nconnection: keep-alive\r\n", nameof(BodyFraming.Close), false)]
    public void The_end_of_a_body_is_known_from_its_head(string lines, string framing, bool keeps)
    {
        var read = Reading.Of($"HTTP/1.1 200 OK\r\n{lines}\r\n")!;
        (read.Head.Framing.ToString(), read.Head.KeepsAlive).ShouldBe((framing, keeps));
        read.Headers.ShouldNotContain(h => h.StartsWith("transfer-encoding", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("content-length: 5\r\ntransfer-encoding: chunked\r\n")]
    [InlineData("transfer-encoding: chunked\r\ncontent-length: 5\r\n")]
    public void Of_a_length_and_chunks_the_chunks_count_and_the_connection_is_not_used_again(string lines)
    {
        var read = Reading.Of($"HTTP/1.1 200 OK\r\n{lines}\r\n")!;
        (read.Head.Framing, read.Head.KeepsAlive).ShouldBe((BodyFraming.Chunked, false));
        read.Headers.ShouldBeEmpty("the length is not the body's");
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\n", false)]
    [InlineData("HTTP/1.0 200 OK\r\ncontent-length: 5\r\nconnection: Keep-Alive\r\n\r\n", true)]
    [InlineData("HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\nconnection: keep-alive\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: keep-alive\r\nconnection: close\r\n\r\n", false)]
    public void Whether_a_connection_stays_depends_on_its_version(string head, bool keeps) => Reading.Of(head)!.Head.KeepsAlive.ShouldBe(keeps);

    [Theory]
    [InlineData(204, "POST")]
    [InlineData(304, "GET")]
    [InlineData(200, "HEAD")]
    [InlineData(404, "HEAD")]
    public void Some_answers_have_no_body_whatever_their_head_says(int status, string method)
    {
        foreach (var lines in new[] { "content-length: 5\r\n", "transfer-encoding: chunked\r\n", "" })
        {
            var read = Reading.Of($"HTTP/1.1 {status} X\r\n{lines}\r\n", new HttpMethod(method))!;
            (read.Head.Framing, read.Head.Length, read.Head.KeepsAlive).ShouldBe((BodyFraming.None, 0, true), lines);
        }
    }

    [Fact]
    public void Another_protocol_is_spoken_only_when_it_was_asked_for()
    {
        const string Text = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n";
        var read = Reading.Of(Text, HttpMethod.Get, mayUpgrade: true)!;
        (read.Head.Status, read.Head.Framing, read.Head.KeepsAlive).ShouldBe((101, BodyFraming.Upgraded, false));
        Invalid(Text);
    }

    [Theory]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n")]
    [InlineData("http/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 -20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1200 OK\r\n\r\n")]
    [InlineData("HTTP/1.x 200 OK\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("\n\n")]
    [InlineData(" \r\n\r\n")]
    [InlineData("<html></html>\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n")]
    public void A_status_line_of_something_else_is_refused(string text) => Invalid(text);

    [Theory]
    [InlineData("content-length: 5\r\ncontent-length: 6")]
    [InlineData("content-length: 5, 5")]
    [InlineData("content-length: -1")]
    [InlineData("content-length: -0")]
    [InlineData("content-length: +5")]
    [InlineData("content-length: 0x5")]
    [InlineData("content-length: 5.0")]
    [InlineData("content-length:")]
    [InlineData("content-length: 9223372036854775808")]
    [InlineData("transfer-encoding: gzip, chunked")]
    [InlineData("transfer-encoding: gzip")]
    [InlineData("transfer-encoding: chunked\r\ntransfer-encoding: chunked")]
    [InlineData("transfer-encoding: chunked, chunked")]
    [InlineData("transfer-encoding:")]
    [InlineData("na me: x")]
    [InlineData("name : x")]
    [InlineData("name\t: x")]
    [InlineData("na(me: x")]
    [InlineData("na\u0001me: x")]
    [InlineData("n\u00e4me: x")]
    [InlineData(": x")]
    [InlineData("no colon")]
    [InlineData("a: b\r\n folded")]
    [InlineData("a: b\r\n\tfolded: c")]
    [InlineData(" first: x")]
    [InlineData("a: b\0c")]
    [InlineData("a: b\rc: d")]
    [InlineData("a: b\r")]
    public void A_line_that_could_be_read_in_two_ways_is_refused(string lines) => Invalid($"HTTP/1.1 200 OK\r\n{lines}\r\n\r\n");

    [Fact]
    public void A_control_character_in_a_value_becomes_a_blank() =>
        Reading.Of("HTTP/1.1 200 OK\r\na: b\u0001c\td\u007fe\r\nb: \u00e9\r\n\r\n")!.Headers.ShouldBe(["a: b c\td e", "b: \u00e9"]);

    [Fact]
    public void A_head_has_a_bound_and_so_has_what_only_informs()
    {
        var line = "a: " + new string('x', 1000) + "\r\n";
        var head = "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat(line, 126));
        Reading.Of(head).ShouldBeNull();
        Reading.Of(head + "\r\n")!.Headers.Count.ShouldBe(126);
        Invalid(head + string.Concat(Enumerable.Repeat(line, 10)));
        Invalid(string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 17)));
        Reading.Of(string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 16)) + "HTTP/1.1 200 OK\r\n\r\n")!.Head.Status.ShouldBe(200);
    }

    [Fact]
    public void What_only_informs_is_counted_for_each_request_anew()
    {
        var reader = new ResponseReader();
        for (var i = 0; i < 40; i++)
        {
            reader.Reset();
            Reading.Of("HTTP/1.1 100 Continue\r\nx: 1\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", reader: reader)!.Headers.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 413", 0)]
    [InlineData("HTTP/1.1 413 ", 413)]
    [InlineData("HTTP/1.1 413\r\n", 413)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r", 0)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", 0)]
    [InlineData("HTTP/1.1 100 Continue\r\na: b\r\n\r\nHTTP/1.1 429 Too", 429)]
    [InlineData("HTTP/1.1 102 P\n\nHTTP/1.1 200 OK\r\n", 200)]
    public void The_status_of_an_answer_that_has_begun_is_that_of_the_answer_itself(string text, int status) =>
        ResponseReader.StatusOf(Encoding.ASCII.GetBytes(text)).ShouldBe(status);

    private static void Invalid(string text)
    {
        var refused = Should.Throw<HttpRequestException>(() => Reading.Of(text));
        refused.HttpRequestError.ShouldBe(HttpRequestError.InvalidResponse);
    }
}
