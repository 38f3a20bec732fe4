using System.Text;
using Tollgate.Upstreams;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Tests.Upstreams;

/// <summary>Heads of requests as they go on the wire (RFC 9112, 3 and 5).</summary>
public sealed class RequestHeadTests
{
    [Fact]
    public void A_request_has_its_line_its_host_its_headers_and_its_length()
    {
        var request = new UpstreamRequest(HttpMethod.Post, new Uri("https://api.example/v1/chat?a=b%20c"), new BufferContent(new byte[1234]));
        request.Headers.Add("x-a", "1");
        request.Headers.Add("x-a", "2");
        Write(request).ShouldBe("POST /v1/chat?a=b%20c HTTP/1.1\r\nHost: api.example\r\nx-a: 1\r\nx-a: 2\r\nContent-Length: 1234\r\n\r\n");
    }

    [Theory]
    [InlineData("a\r\nevil: 1", "a  evil: 1")]
    [InlineData("a\nevil: 1", "a evil: 1")]
    [InlineData("a\0b", "a b")]
    [InlineData("\r\n\r\nGET / HTTP/1.1", "    GET / HTTP/1.1")]
    [InlineData("grüße 日本 \U0001F600", "grüße 日本 \U0001F600")]
    public void A_value_stays_one_line_in_utf_8(string value, string written)
    {
        var request = new UpstreamRequest(HttpMethod.Get, new Uri("http://h/"));
        request.Headers.Add("x", value);
        Write(request).ShouldBe($"GET / HTTP/1.1\r\nHost: h\r\nx: {written}\r\n\r\n");
    }

    [Theory]
    [InlineData("evil: 1\r\nx")]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("a:")]
    [InlineData("ä")]
    [InlineData("Host")]
    [InlineData("content-LENGTH")]
    [InlineData("Transfer-Encoding")]
    public void A_name_that_is_no_token_or_the_transports_own_is_left_out(string name)
    {
        var request = new UpstreamRequest(HttpMethod.Get, new Uri("http://h/"));
        request.Headers.Add(name, "1");
        Write(request).ShouldBe("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    [Theory]
    [InlineData("http://h:8080/", null, "h:8080")]
    [InlineData("http://h:80/", null, "h")]
    [InlineData("https://h:443/", null, "h")]
    [InlineData("http://[::1]:8080/", null, "[::1]:8080")]
    [InlineData("http://[::1]/", null, "[::1]")]
    [InlineData("http://bücher.example/", null, "xn--bcher-kva.example")]
    [InlineData("http://h:8080/", "other.example", "other.example")]
    [InlineData("http://h/", "other\r\nevil: 1", "other  evil: 1")]
    public void The_host_is_the_targets_unless_the_request_has_another(string target, string? host, string written) =>
        Write(new UpstreamRequest(HttpMethod.Get, new Uri(target)) { Host = host }).ShouldBe($"GET / HTTP/1.1\r\nHost: {written}\r\n\r\n");

    [Theory]
    [InlineData("POST", "Content-Length: 0\r\n")]
    [InlineData("PUT", "Content-Length: 0\r\n")]
    [InlineData("PATCH", "Content-Length: 0\r\n")]
    [InlineData("GET", "")]
    [InlineData("DELETE", "")]
    public void A_request_without_a_body_has_a_length_where_servers_want_one(string method, string framing) =>
        Write(new UpstreamRequest(new HttpMethod(method), new Uri("http://h/"))).ShouldBe($"{method} / HTTP/1.1\r\nHost: h\r\n{framing}\r\n");

    [Fact]
    public void A_body_of_unknown_length_goes_in_chunks() =>
        Write(new UpstreamRequest(HttpMethod.Post, new Uri("http://h/"), new StreamingContent(null, (_, _) => Task.CompletedTask)))
            .ShouldBe("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");

    [Fact]
    public void Nothing_in_an_address_ends_its_line()
    {
        var target = new Uri("http://h/a b\r\nevil: 1/ü?q=\0 ", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        Write(new UpstreamRequest(HttpMethod.Get, target)).ShouldBe("GET /a%20b%0D%0Aevil:%201/%C3%BC?q=%00%20 HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    [Fact]
    public void Heads_grow_as_large_as_they_must()
    {
        var request = new UpstreamRequest(HttpMethod.Get, new Uri("http://h/"));
        for (var i = 0; i < 100; i++) request.Headers.Add("x" + i, new string('ü', 500));
        var text = Write(request);
        text.ShouldEndWith($"x99: {new string('ü', 500)}\r\n\r\n");
        text.Split("\r\n").Length.ShouldBe(104);
    }

    [Fact]
    public void A_writer_follows_changes_of_what_it_keeps()
    {
        var writer = new RequestWriter();
        var target = new Uri("http://h/");
        Write(new UpstreamRequest(HttpMethod.Get, target), writer).ShouldStartWith("GET / HTTP/1.1\r\nHost: h\r\n");
        Write(new UpstreamRequest(HttpMethod.Delete, target), writer).ShouldStartWith("DELETE / ");
        Write(new UpstreamRequest(HttpMethod.Delete, target) { Host = "o" }, writer).ShouldContain("Host: o\r\n");
        Write(new UpstreamRequest(HttpMethod.Delete, target), writer).ShouldContain("Host: h\r\n");
        Write(new UpstreamRequest(HttpMethod.Delete, new Uri("http://h/other")), writer).ShouldStartWith("DELETE /other ");
    }

    private static string Write(UpstreamRequest request, RequestWriter? writer = null)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(16);
        var length = (writer ?? new RequestWriter()).Write(request, ref buffer);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
