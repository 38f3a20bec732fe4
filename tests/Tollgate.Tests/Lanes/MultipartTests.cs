using System.Net;
using System.Text.Json;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Lanes;

/// <summary>Forms go on byte for byte but for their model.</summary>
public sealed class MultipartTests
{
    private const string Transcriptions = "/v1/audio/transcriptions";

    [Theory]
    [InlineData(Transcriptions, true, true)]
    [InlineData(Transcriptions, true, false)]
    [InlineData(Transcriptions, false, true)]
    [InlineData(Transcriptions, false, false)]
    [InlineData("/v1/audio/translations", false, false)]
    [InlineData("/v1/images/edits", true, false)]
    [InlineData("/v1/images/edits", false, true)]
    [InlineData("/v1/images/variations", false, false)]
    public async Task Replaces_the_models_bytes_and_no_others(string path, bool modelFirst, bool chunked)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{\"text\":\"hello\"}"));
        await using var gateway = await StartAsync(provider.Url);
        var file = Form.FilePart(Form.File(1_500_000));
        byte[] Body(string model) => modelFirst
            ? [.. Form.Field("model", model), .. file, .. Form.Field("prompt", "größe"), .. Form.End]
            : [.. file, .. Form.Field("prompt", "größe"), .. Form.Field("model", model), .. Form.End];

        using var response = await gateway.Client.SendAsync(Form.Post(path, Body("whisper"), chunked));
        (await response.Content.ReadAsStringAsync()).ShouldBe("{\"text\":\"hello\"}");
        var call = provider.Last;
        call.Target.ShouldBe(path);
        call.Headers["content-type"].ShouldBe(Form.ContentType);
        call.Headers.ContainsKey("transfer-encoding").ShouldBe(chunked);
        call.Body.AsSpan().SequenceEqual(Body("whisper-large-v3-turbo")).ShouldBeTrue();
        var line = await gateway.LogLineAsync();
        line.GetProperty("model_asked").GetString().ShouldBe("whisper");
        line.GetProperty("model_served").GetString().ShouldBe("whisper-large-v3-turbo");
        line.GetProperty("bytes_in").GetInt64().ShouldBe(Body("whisper").Length);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Passes_a_form_untouched_when_the_model_keeps_its_name(bool chunked)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url);
        byte[] body = [.. Form.FilePart(Form.File(2_100_000)), .. Form.Field("model", "same"), .. Form.End, .. "an epilogue"u8];
        using var response = await gateway.Client.SendAsync(Form.Post(Transcriptions, body, chunked));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        provider.Last.Body.AsSpan().SequenceEqual(body).ShouldBeTrue();
    }

    [Fact]
    public async Task The_provider_sees_the_first_bytes_before_the_client_has_sent_the_last()
    {
        using var provider = new DuplexProvider();
        await using var gateway = await StartAsync(provider.Url);
        using var client = await RawClient.ConnectAsync(gateway);
        await client.WriteAsync($"POST {Transcriptions} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: {Form.ContentType}\r\ntransfer-encoding: chunked\r\n\r\n");
        await client.ChunkAsync(Form.Field("model", "whisper"));
        await client.ChunkAsync("--"u8.ToArray());
        await client.ChunkAsync(System.Text.Encoding.ASCII.GetBytes(Form.Boundary + "\r\ncontent-disposition: form-data; name=\"prompt\"\r\n\r\nfirst words"));
        (await provider.ReadToAsync("first words")).ShouldContain("whisper-large-v3-turbo");
        await client.ChunkAsync("last words\r\n"u8.ToArray());
        await client.ChunkAsync(Form.End);
        await client.EndAsync();
        await provider.ReadToAsync("0\r\n\r\n");
        await provider.WriteAsync("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n{\"text\":\"hi\"}");
        (await client.ReadAsync()).ShouldBe((200, "{\"text\":\"hi\"}"));
    }

    [Fact]
    public async Task A_header_names_the_model_instead_of_the_field()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url);
        byte[] rest = [.. Form.FilePart(Form.File(500)), .. Form.End];
        foreach (var (body, expected) in new (byte[], byte[])[]
        {
            (rest, [.. Form.Field("model", "whisper-large-v3-turbo"), .. rest]),
            ([.. Form.Field("model", "other"), .. rest], [.. Form.Field("model", "whisper-large-v3-turbo"), .. rest]),
        })
        {
            using var message = Form.Post(Transcriptions, body, chunked: false);
            message.Headers.Add("x-ai-eg-model", "whisper");
            using var response = await gateway.Client.SendAsync(message);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            System.Text.Encoding.Latin1.GetString(provider.Last.Body).ShouldBe(System.Text.Encoding.Latin1.GetString(expected), StringCompareShould.IgnoreCase);
        }
    }

    [Fact]
    public async Task Asks_for_a_model_when_the_form_has_none()
    {
        var (status, error) = await RefusedAsync([.. Form.Field("prompt", "x"), .. Form.End]);
        (status, error.Code).ShouldBe((400, "missing_model"));
    }

    [Fact]
    public async Task Refuses_a_form_that_cannot_be_read()
    {
        var headers = $"--{Form.Boundary}\r\n{new string('h', 20_000)}: x\r\n\r\n\r\n";
        var (status, error) = await RefusedAsync([.. System.Text.Encoding.ASCII.GetBytes(headers), .. Form.Field("model", "whisper"), .. Form.End]);
        (status, error.Code).ShouldBe((400, "invalid_request"));
        error.Message.ShouldContain("boundary");
    }

    [Fact]
    public async Task Refuses_a_second_model_however_late_it_comes()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url);
        foreach (var between in (int[])[0, 3_000_000])
        {
            byte[] body = [.. Form.Field("model", "whisper"), .. Form.FilePart(Form.File(between)), .. Form.Field("model", "forbidden"), .. Form.End];
            using var response = await gateway.Client.SendAsync(Form.Post(Transcriptions, body, chunked: false));
            ((int)response.StatusCode).ShouldBe(400);
            ErrorShape.Read(Transcriptions, await response.Content.ReadAsStringAsync(), response).Message.ShouldContain("'model' is there once");
        }

        provider.Calls.ShouldBeEmpty(); // no whole request arrived
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/mixed; boundary=x")]
    public async Task Takes_nothing_but_forms(string type)
    {
        await using var gateway = await StartAsync("http://127.0.0.1:9");
        using var content = new ByteArrayContent("{\"model\":\"whisper\"}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("content-type", type);
        using var response = await gateway.Client.PostAsync(Transcriptions, content);
        ((int)response.StatusCode).ShouldBe(415);
        ErrorShape.Read(Transcriptions, await response.Content.ReadAsStringAsync(), response).Message.ShouldContain("multipart/form-data");
    }

    [Fact]
    public async Task Image_edits_come_as_JSON_too()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{\"data\":[]}"));
        await using var gateway = await StartAsync(provider.Url);
        var (status, _, _) = await gateway.PostAsync("/v1/images/edits", "{ \"prompt\":\"x\",\"model\" : \"whisper\",\"images\":[{\"file_id\":\"f\"}]}");
        status.ShouldBe(200);
        provider.Last.Headers["content-type"].ShouldBe("application/json");
        provider.Last.Text.ShouldBe("{ \"prompt\":\"x\",\"model\" : \"whisper-large-v3-turbo\",\"images\":[{\"file_id\":\"f\"}]}");
        JsonDocument.Parse(provider.Last.Text).RootElement.GetProperty("prompt").GetString().ShouldBe("x");
    }

    private static async Task<(int Status, ErrorShape Error)> RefusedAsync(byte[] body)
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url);
        using var response = await gateway.Client.SendAsync(Form.Post(Transcriptions, body, chunked: false));
        provider.Calls.ShouldBeEmpty();
        return ((int)response.StatusCode, ErrorShape.Read(Transcriptions, await response.Content.ReadAsStringAsync(), response));
    }

    private static Task<TestGateway> StartAsync(string url) => TestGateway.StartAsync($$"""
        providers:
          audio: { kind: openai, url: {{url}}/v1, key: sk-audio }
        models:
          whisper: [{ provider: audio, model: whisper-large-v3-turbo }]
          same: audio
        """);
}
