using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Tollgate.Tests.Relay;

/// <summary>Clients that leave while they send: nobody is to blame but them.</summary>
public sealed class CutUploadTests
{
    private const string Form = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\nRIFF";

    public static TheoryData<string, string, string, bool, bool> Cuts { get; } = new(
        from sent in new[] { ("/v1/chat/completions", "application/json", """{"model":"m","mess"""), ("/v1/audio/transcriptions", "multipart/form-data; boundary=b", Form), ("/v1/files", "multipart/form-data; boundary=b", Form) }
        from inChunks in new[] { false, true }
        from isReset in new[] { false, true }
        select new TheoryDataRow<string, string, string, bool, bool>(sent.Item1, sent.Item2, sent.Item3, inChunks, isReset));

    [Theory, MemberData(nameof(Cuts))]
    public async Task A_client_that_leaves_while_it_sends_is_told_from_one_that_sends_nonsense(string path, string contentType, string start, bool inChunks, bool isReset)
    {
        // The server reads the end and tells of it in either order: here it never tells.
        var untold = new Untold();
        await using var rig = await RelayRig.StartAsync("openai", call => call.AnswerAsync(200, "{}"), services: s => s.AddSingleton<IStartupFilter>(untold));
        using var client = await ConnectAsync(rig);
        var sent = inChunks ? $"transfer-encoding: chunked\r\n\r\n{Hex(start.Length)}\r\n{start}" : $"content-length: {(start.Length + 1000).ToString(CultureInfo.InvariantCulture)}\r\n\r\n{start}";
        await SendAsync(client, $"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: {contentType}\r\n{sent}");
        await untold.HasBegun.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken); // what is reset before is no request
        if (isReset) client.Client.Close(timeout: 0);
        else client.Client.Shutdown(SocketShutdown.Send);
        var line = await rig.Gateway.LogLineAsync();
        (line.GetProperty("status").GetInt32(), line.GetProperty("error").GetString()).ShouldBe((499, "client_left"));
    }

    [Theory]
    [InlineData("/v1/chat/completions", "application/json", """{"model":"m","mess""")]
    [InlineData("/v1/audio/transcriptions", "multipart/form-data; boundary=b", Form)]
    [InlineData("/v1/files", "multipart/form-data; boundary=b", Form)]
    public async Task Chunks_that_cannot_be_read_are_the_clients_mistake(string path, string contentType, string start)
    {
        await using var rig = await RelayRig.AnsweringAsync("openai", "{}");
        using var client = await ConnectAsync(rig);
        await SendAsync(client, $"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: {contentType}\r\ntransfer-encoding: chunked\r\n\r\n{Hex(start.Length)}\r\n{start}\r\nno size\r\n");
        using var answer = new StreamReader(client.GetStream(), Encoding.UTF8);
        (await answer.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("HTTP/1.1 400 Bad Request");
        (await rig.Gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("invalid_request");
    }

    private sealed class Untold : IStartupFilter, IHttpRequestLifetimeFeature
    {
        public TaskCompletionSource HasBegun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken RequestAborted { get; set; }

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                context.Features.Set<IHttpRequestLifetimeFeature>(this);
                HasBegun.TrySetResult();
                return rest(context);
            });
            next(app);
        };

        public void Abort()
        {
        }
    }

    private static string Hex(int length) => length.ToString("x", CultureInfo.InvariantCulture);

    private static async Task<TcpClient> ConnectAsync(RelayRig rig)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", rig.Gateway.Host.Addresses[0].Port, TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task SendAsync(TcpClient client, string request) =>
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request), TestContext.Current.CancellationToken);
}
