using System.IO.Compression;
using System.Text;

namespace Tollgate.Tests.Relay;

/// <summary>Answers that are no streams of events reach the client as the provider wrote them.</summary>
public sealed class UnaryAnswerTests
{
    private const string Chat = "/v1/chat/completions";
    private const string Body = """{"model":"m"}""";
    private const string Odd = "\n{ \"id\" :\"x\",\"n\":1e400,\"d\":0.10000000000000000000 ,\"s\":\"\\u00e9 é 😀 \\/\" ,\"unknown\":[ ]}\r\n";

    [Fact]
    public async Task Bytes_and_headers_pass_untouched()
    {
        await using var rig = await RelayRig.StartAsync("openai", call => call.AnswerAsync(
            200, "application/json; charset=utf-8", Encoding.UTF8.GetBytes(Odd),
            ("x-request-id", "req-of-provider"), ("x-ratelimit-remaining-tokens", "149984"), ("x-ratelimit-reset-requests", "8.64s"), ("retry-after", "7"), ("retry-after-ms", "250"),
            ("openai-processing-ms", "123"), ("openai-version", "2020-10-01"), ("anthropic-ratelimit-tokens-limit", "10"), ("request-id", "req_a"), ("x-should-retry", "false"),
            ("x-made-up", "a=b; c"), ("set-cookie", "__cf_bm=secret"), ("server", "cloudflare"), ("cf-ray", "1"), ("alt-svc", "h3"), ("strict-transport-security", "max-age=1"), ("keep-alive", "timeout=5")));
        var answer = await rig.SendAsync(Chat, Body);
        answer.Text.ShouldBe(Odd);
        var headers = answer.Headers;
        headers["content-type"].ShouldBe("application/json; charset=utf-8");
        headers["content-length"].ShouldBe(answer.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        headers["x-request-id"].ShouldBe("req-of-provider");
        headers["x-ratelimit-remaining-tokens"].ShouldBe("149984");
        headers["x-ratelimit-reset-requests"].ShouldBe("8.64s");
        headers["retry-after"].ShouldBe("7");
        headers["retry-after-ms"].ShouldBe("250");
        headers["openai-processing-ms"].ShouldBe("123");
        headers["openai-version"].ShouldBe("2020-10-01");
        headers["anthropic-ratelimit-tokens-limit"].ShouldBe("10");
        headers["request-id"].ShouldBe("req_a");
        headers["x-should-retry"].ShouldBe("false");
        headers["x-made-up"].ShouldBe("a=b; c");
        foreach (var name in (string[])["set-cookie", "server", "cf-ray", "alt-svc", "strict-transport-security", "keep-alive"]) headers.ShouldNotContainKey(name);
    }

    [Fact]
    public async Task A_header_that_comes_twice_passes_twice_and_one_that_is_not_ASCII_costs_no_more_than_itself()
    {
        await using var rig = await RelayRig.StartAsync("openai", call => call.AnswerAsync(200, "{}", ("x-twice", "a"), ("x-twice", "b, c"), ("x-odd", "caf\u00e9"), ("x-after", "1")));
        var answer = await rig.SendAsync(Chat, Body);
        answer.Status.ShouldBe(200);
        answer.Headers["x-twice"].ShouldBe("a|b, c");
        answer.Headers.ShouldNotContainKey("x-odd");
        answer.Headers["x-after"].ShouldBe("1");
        answer.Headers["x-tollgate-provider"].ShouldBe("p");
        answer.Headers["x-tollgate-request-id"].ShouldBe((await rig.Gateway.LogLineAsync()).GetProperty("request_id").GetString());
    }

    [Fact]
    public async Task A_chunked_answer_passes_whole()
    {
        await using var rig = await RelayRig.StartAsync("openai", call => call.StreamAsync(Encoding.UTF8.GetBytes(Odd), 3, "application/json"));
        (await rig.SendAsync(Chat, Body)).Text.ShouldBe(Odd);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Five_megabytes_of_JSON_pass_whole_and_are_counted(bool chunked)
    {
        var json = "{\"object\":\"list\",\"data\":[{\"embedding\":\"" + new string('A', 5_000_000) + "\"}],\"model\":\"e\",\"usage\":{\"prompt_tokens\":8,\"total_tokens\":8}}";
        await using var rig = await RelayRig.StartAsync("openai", call => chunked
            ? call.StreamAsync(Encoding.UTF8.GetBytes(json), 30_000, "application/json")
            : call.AnswerAsync(200, json));
        (await rig.SendAsync("/v1/embeddings", Body)).Text.ShouldBe(json);
        var line = await rig.Gateway.LogLineAsync();
        line.GetProperty("usage").GetProperty("input_tokens").GetInt64().ShouldBe(8);
        line.GetProperty("bytes_out").GetInt64().ShouldBe(json.Length);
    }

    [Fact]
    public async Task Sound_reaches_the_client_before_the_provider_has_finished()
    {
        var heard = new TaskCompletionSource();
        byte[] first = [0, 0xFF, 1, 2], second = [3, (byte)'\n', 0xFE];
        await using var rig = await RelayRig.StartAsync("openai", async call =>
        {
            await call.BeginAsync(200, "audio/mpeg");
            await call.ChunkAsync(first);
            await heard.Task;
            await call.ChunkAsync(second);
            await call.EndAsync();
        });
        using var response = await rig.OpenAsync("/v1/audio/speech", Body, TestContext.Current.CancellationToken);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("audio/mpeg");
        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var read = new byte[4];
        await body.ReadExactlyAsync(read, TestContext.Current.CancellationToken);
        read.ShouldBe(first);
        heard.SetResult();
        using var rest = new MemoryStream();
        await body.CopyToAsync(rest, TestContext.Current.CancellationToken);
        rest.ToArray().ShouldBe(second);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_compressed_answer_is_unpacked(string encoding)
    {
        await using var rig = await RelayRig.StartAsync("openai", call => call.AnswerAsync(200, "application/json", Compressed(encoding, Odd), ("content-encoding", encoding)));
        var answer = await rig.SendAsync(Chat, Body);
        answer.Text.ShouldBe(Odd);
        answer.Headers.ShouldNotContainKey("content-encoding");
        answer.Headers["content-length"].ShouldBe(answer.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task An_encoding_that_the_gateway_cannot_unpack_passes_with_its_name()
    {
        byte[] packed = [0x28, 0xB5, 0x2F, 0xFD, 1, 2, 3];
        await using var rig = await RelayRig.StartAsync("openai", call => call.AnswerAsync(200, "application/json", packed, ("content-encoding", "zstd")));
        var answer = await rig.SendAsync(Chat, Body);
        answer.Body.ShouldBe(packed);
        answer.Headers["content-encoding"].ShouldBe("zstd");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_compressed_stream_is_unpacked_as_it_comes(string encoding)
    {
        var seen = new TaskCompletionSource();
        const string first = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
        const string second = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        await using var rig = await RelayRig.StartAsync("openai", async call =>
        {
            await call.BeginAsync(200, "text/event-stream", ("content-encoding", encoding));
            using var packed = new MemoryStream();
            await using var packer = Packer(encoding, packed);
            await packer.WriteAsync(Encoding.UTF8.GetBytes(first));
            await packer.FlushAsync();
            await call.ChunkAsync(packed.ToArray());
            packed.SetLength(0);
            await seen.Task;
            await packer.WriteAsync(Encoding.UTF8.GetBytes(second));
            await packer.DisposeAsync();
            await call.ChunkAsync(packed.ToArray());
            await call.EndAsync();
        });
        using var response = await rig.OpenAsync(Chat, """{"model":"m","stream":true}""", TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var read = new byte[first.Length];
        await body.ReadExactlyAsync(read, TestContext.Current.CancellationToken);
        Encoding.UTF8.GetString(read).ShouldBe(first);
        seen.SetResult();
        using var rest = new StreamReader(body);
        (await rest.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldBe(second);
        response.Content.Headers.ContentEncoding.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_without_a_body_has_none()
    {
        await using var rig = await RelayRig.StartAsync("openai", call => call.WriteAsync("HTTP/1.1 204 No Content\r\nx-request-id: r\r\n\r\n"u8.ToArray()));
        var answer = await rig.SendAsync(Chat, Body);
        answer.Status.ShouldBe(204);
        answer.Body.ShouldBeEmpty();
        answer.Headers["x-request-id"].ShouldBe("r");
        (await rig.SendAsync(Chat, Body)).Status.ShouldBe(204); // on the same connections
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("[1]")]
    [InlineData("{}")]
    public async Task Any_JSON_passes_whatever_it_says(string body)
    {
        await using var rig = await RelayRig.StartAsync("openai", call => call.AnswerAsync(200, body));
        var answer = await rig.SendAsync(Chat, Body);
        answer.Status.ShouldBe(200);
        answer.Text.ShouldBe(body);
    }

    [Fact]
    public async Task An_interim_answer_is_passed_over()
    {
        await using var rig = await RelayRig.StartAsync("openai", async call =>
        {
            await call.WriteAsync("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"u8.ToArray());
            await call.AnswerAsync(200, Odd);
        });
        (await rig.SendAsync(Chat, Body)).Text.ShouldBe(Odd);
    }

    [Theory]
    [InlineData(201)]
    [InlineData(202)]
    public async Task Other_good_statuses_pass(int status)
    {
        await using var rig = await RelayRig.StartAsync("openai", call => call.AnswerAsync(status, Odd));
        var answer = await rig.SendAsync(Chat, Body);
        answer.Status.ShouldBe(status);
        answer.Text.ShouldBe(Odd);
    }

    [Fact]
    public async Task Half_a_short_answer_becomes_an_error_and_half_a_long_one_breaks_off()
    {
        var length = 10;
        await using var rig = await RelayRig.StartAsync("openai", async call =>
        {
            await call.WriteAsync("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n"u8.ToArray());
            await call.WriteAsync(new byte[length].Select(_ => (byte)' ').ToArray());
            call.Close();
        });
        var answer = await rig.SendAsync(Chat, Body);
        answer.Status.ShouldBe(502);
        answer.Text.ShouldContain("closed the connection");
        length = 200_000;
        await Should.ThrowAsync<HttpRequestException>(() => rig.SendAsync(Chat, Body));
    }

    private static byte[] Compressed(string encoding, string text)
    {
        using var packed = new MemoryStream();
        using (var packer = Packer(encoding, packed)) packer.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static Stream Packer(string encoding, Stream target) => encoding switch
    {
        "gzip" => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true),
        "br" => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true),
        _ => new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true),
    };
}
