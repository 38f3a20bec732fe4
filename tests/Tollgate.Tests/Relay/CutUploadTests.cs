using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Tollgate.Tests.Relay;

/// <summary>Clients that leave while they send: nobody is to blame but them.</summary>
public sealed class CutUploadTests
{
    private const string Form = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\nRIFF";

    [Theory]
    [InlineData("/v1/chat/completions", "application/json", """{"model":"m","mess""")]
    [InlineData("/v1/audio/transcriptions", "multipart/form-data; boundary=b", Form)]
    [InlineData("/v1/files", "multipart/form-data; boundary=b", Form)]
    public async Task A_client_that_leaves_while_it_sends_is_told_from_one_that_sends_nonsense(string path, string contentType, string start)
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}");
        using (var client = await ConnectAsync(rig))
        {
            await SendAsync(client, $"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: {contentType}\r\ncontent-length: {(start.Length + 1000).ToString(CultureInfo.InvariantCulture)}\r\n\r\n{start}");
        }

        var line = await rig.Gateway.LogLineAsync();
        line.GetProperty("error").GetString().ShouldBe("client_left");
        line.GetProperty("status").GetInt32().ShouldBe(499);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "application/json", """{"model":"m","mess""")]
    [InlineData("/v1/audio/transcriptions", "multipart/form-data; boundary=b", Form)]
    [InlineData("/v1/files", "multipart/form-data; boundary=b", Form)]
    public async Task Chunks_that_cannot_be_read_are_the_clients_mistake(string path, string contentType, string start)
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}");
        using var client = await ConnectAsync(rig);
        await SendAsync(client, $"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: {contentType}\r\ntransfer-encoding: chunked\r\n\r\n{start.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n{start}\r\nno size\r\n");
        using var answer = new StreamReader(client.GetStream(), Encoding.UTF8);
        (await answer.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("HTTP/1.1 400 Bad Request");
        (await rig.Gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("invalid_request");
    }

    private static async Task<TcpClient> ConnectAsync(RelayRig rig)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", rig.Gateway.Host.Addresses[0].Port, TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task SendAsync(TcpClient client, string request) =>
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request), TestContext.Current.CancellationToken);
}
