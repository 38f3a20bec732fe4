using System.Text;
using System.Text.Json;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Lanes;

namespace Tollgate.Tests.Limits;

/// <summary>What is too large is refused, whether the client says how large it is or not.</summary>
public sealed class SizeLimitTests
{
    private const string Small = "maxRequestBody: 100KB\nmaxUpload: 300KB";

    public static TheoryData<string> All => Surfaces.All;

    [Theory, MemberData(nameof(All))]
    public async Task Refuses_JSON_that_says_it_is_too_large_without_reading_it(string path)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url, Small);
        var (status, body) = await RawClient.SendAsync(gateway, "POST", path, "content-type: application/json\r\ncontent-length: 102401\r\n");
        status.ShouldBe(413);
        body.ShouldContain("the body is larger than 0.1 MB (maxRequestBody)");
        provider.Calls.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(All))]
    public async Task Refuses_JSON_that_turns_out_too_large(string path)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url, Small);
        using var client = await RawClient.ConnectAsync(gateway);
        await client.WriteAsync($"POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n");
        await client.ChunkAsync(Encoding.ASCII.GetBytes($"{{\"model\":\"{Surfaces.ModelOf(path)}\",\"x\":\"{new string('x', 102_400)}\"}}"));
        await client.EndAsync();
        var (status, body) = await client.ReadAsync();
        status.ShouldBe(413);
        body.ShouldContain(path == ErrorShape.OpenAI ? "\"code\":\"request_too_large\"" : "maxRequestBody");
        if (path.EndsWith("messages", StringComparison.Ordinal)) body.ShouldContain("\"type\":\"request_too_large\"");
        provider.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Takes_JSON_that_is_just_as_large_as_it_may_be()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url, Small);
        var start = "{\"model\":\"o\",\"x\":\"";
        var body = start + new string('x', 102_400 - start.Length - 2) + "\"}";
        var (status, _, _) = await gateway.PostAsync(ErrorShape.OpenAI, body);
        status.ShouldBe(200);
        provider.Last.Text.ShouldBe(body);
    }

    [Theory]
    [InlineData("/v1/audio/transcriptions", Form.ContentType)]
    [InlineData("/v1/files", Form.ContentType)]
    [InlineData("/v1/responses/resp_1/cancel", "application/json")]
    public async Task Refuses_an_upload_that_says_it_is_too_large_before_the_provider_is_called(string path, string type)
    {
        using var provider = new DuplexProvider();
        await using var gateway = await Surfaces.StartAsync(provider.Url, Small);
        var (status, body) = await RawClient.SendAsync(gateway, "POST", path, $"content-type: {type}\r\ncontent-length: 307201\r\n");
        status.ShouldBe(413);
        body.ShouldContain("the upload is larger than 0.3 MB (maxUpload)");
        (await gateway.LogLineAsync()).GetProperty("attempts").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("/v1/audio/transcriptions", true)]
    [InlineData("/v1/audio/transcriptions", false)]
    [InlineData("/v1/files", true)]
    public async Task Cuts_an_upload_that_turns_out_too_large(string path, bool modelFirst)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await Surfaces.StartAsync(provider.Url, Small);
        var file = Form.FilePart(Form.File(400_000));
        byte[] body = modelFirst ? [.. Form.Field("model", "o"), .. file, .. Form.End] : [.. file, .. Form.Field("model", "o"), .. Form.End];
        using var client = await RawClient.ConnectAsync(gateway);
        await client.WriteAsync($"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {Form.ContentType}\r\ntransfer-encoding: chunked\r\n\r\n");
        try
        {
            await client.ChunkAsync(body);
            await client.EndAsync();
        }
        catch (IOException)
        {
            // It was refused before its end had gone out. HttpClient would tell of that alone, and not what was answered.
        }

        var (status, text) = await client.ReadAsync();
        status.ShouldBe(413);
        JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("code").GetString().ShouldBe("request_too_large");
        provider.Calls.ShouldBeEmpty(); // it never saw a whole request
    }
}
