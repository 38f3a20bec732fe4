using System.Text;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Relay;

/// <summary>Clients that do not read: the provider waits with them, and the gateway keeps next to nothing.</summary>
public sealed class SlowClientTests
{
    private const int Most = 96 * 1024 * 1024; // far above what the buffers of four sockets hold

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(4);
    private static readonly byte[] Frame = Encoding.UTF8.GetBytes("data: {\"choices\":[{\"delta\":{\"content\":\"" + new string('x', 64 * 1024) + "\"}}]}\n\n");
    private static readonly byte[] End = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"u8.ToArray();

    private readonly TaskCompletionSource<bool> _stalled = new();
    private readonly TaskCompletionSource _closed = new();
    private long _accepted;

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("audio/pcm")]
    public async Task A_client_that_does_not_read_stops_the_provider_and_has_everything_when_it_reads_again(string contentType)
    {
        // The limits rest meanwhile: it is not the provider that is slow. Their clock goes on only while it has to wait.
        var time = new ManualTime();
        await using var rig = await RelayRig.StartAsync("openai", call => FloodAsync(call, contentType), more: ", timeouts: { idle: 3s, firstToken: 3s }", time: time);
        using var response = await rig.OpenAsync("/v1/chat/completions", """{"model":"m","stream":true}""", TestContext.Current.CancellationToken);
        (await _stalled.Task.WaitAsync(Patience, TestContext.Current.CancellationToken)).ShouldBeTrue($"the gateway took all {Most} bytes");
        Volatile.Read(ref _accepted).ShouldBeLessThan(Most);
        time.Advance(Stalled);

        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[Frame.Length];
        var read = 0L;
        for (int length; (length = await body.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0;) read += length;
        read.ShouldBe(_accepted + End.Length);
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("audio/pcm")]
    public async Task A_client_that_leaves_without_having_read_frees_the_provider(string contentType)
    {
        await using var rig = await RelayRig.StartAsync("openai", call => FloodAsync(call, contentType, untilClosed: true));
        using var handler = new SocketsHttpHandler { MaxResponseDrainSize = 0 }; // closes at once
        using (var client = new HttpClient(handler) { BaseAddress = rig.Gateway.Host.Addresses[0] })
        {
            using var message = RelayRig.Post("/v1/chat/completions", """{"model":"m","stream":true}"""u8.ToArray());
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            (await _stalled.Task.WaitAsync(Patience, TestContext.Current.CancellationToken)).ShouldBeTrue();
        }

        await _closed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        (await rig.Gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("client_left");
    }

    /// <summary>
    /// Sends until a write does not end, or until far too much was taken; then the end. Or, until the gateway closes: it may take
    /// what lies in the buffers first, to see whether the connection can be used again.
    /// </summary>
    private async Task FloodAsync(ProviderCall call, string contentType, bool untilClosed = false)
    {
        try
        {
            await call.BeginAsync(200, contentType);
            while (_accepted < Most && (untilClosed || !_stalled.Task.IsCompleted))
            {
                var write = call.ChunkAsync(Frame);
                if (await Task.WhenAny(write, Task.Delay(Stalled, call.Left)) != write) _stalled.TrySetResult(true);
                await write;
                _accepted += Frame.Length;
            }

            _stalled.TrySetResult(false);
            await call.ChunkAsync(End);
            await call.EndAsync();
        }
        catch (IOException)
        {
            _closed.SetResult();
        }
    }
}
