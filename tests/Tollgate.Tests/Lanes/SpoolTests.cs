using System.Text;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Lanes;

/// <summary>What of a form does not fit in memory lies on disk for as long as the request runs.</summary>
public sealed class SpoolTests
{
    [Fact]
    public async Task The_file_is_gone_when_the_request_has_ended()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, "{}"));
        await using var gateway = await StartAsync(provider.Url);
        var (client, file) = await BeginAsync(gateway);
        using (client)
        {
            await client.ChunkAsync((byte[])[.. "\r\n"u8, .. Form.Field("model", "whisper"), .. Form.End]);
            await client.EndAsync();
            (await client.ReadAsync()).Status.ShouldBe(200);
            provider.Last.Body.Length.ShouldBeGreaterThan(2_000_000);
            await GoneAsync(file);
        }
    }

    [Fact]
    public async Task The_file_is_gone_when_the_client_has_left()
    {
        await using var gateway = await StartAsync("http://127.0.0.1:9");
        var (client, file) = await BeginAsync(gateway);
        client.Reset();
        await GoneAsync(file);
        var line = await gateway.LogLineAsync();
        (line.GetProperty("status").GetInt32(), line.GetProperty("error").GetString()).ShouldBe((499, "client_left"));
    }

    private static Task<TestGateway> StartAsync(string url) => TestGateway.StartAsync($$"""
        providers: { audio: { kind: openai, url: {{url}}/v1 } }
        models: { whisper: audio }
        """);

    /// <summary>Sends 2 MB of a file, and waits for the file on disk that holds them.</summary>
    private static async Task<(RawClient Client, string File)> BeginAsync(TestGateway gateway)
    {
        var mark = Guid.NewGuid().ToString();
        var client = await RawClient.ConnectAsync(gateway);
        await client.WriteAsync($"POST /v1/audio/transcriptions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: {Form.ContentType}\r\ntransfer-encoding: chunked\r\n\r\n");
        var part = Form.FilePart([.. Encoding.ASCII.GetBytes(mark), .. Form.File(2_000_000)]);
        await client.ChunkAsync(part.AsMemory(0, part.Length - 2));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (Directory.EnumerateFiles(Path.GetTempPath(), "ASPNETCORE_*.tmp").FirstOrDefault(f => Holds(f, mark)) is { } file) return (client, file);
            await Task.Delay(20, limit.Token);
        }
    }

    private static async Task GoneAsync(string file)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (File.Exists(file)) await Task.Delay(20, limit.Token);
    }

    private static bool Holds(string file, string mark)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var start = new byte[512];
            return Encoding.Latin1.GetString(start, 0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)).Contains(mark, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // another process's
        }
    }
}
