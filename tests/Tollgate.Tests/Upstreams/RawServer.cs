using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tollgate.Upstreams;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Tests.Upstreams;

/// <summary>A server on loopback that does with each connection what the test says, and a transport that calls it.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(60));
    private readonly Func<RawPeer, Task> _script;
    private readonly Task _accepting;

    public RawServer(Func<RawPeer, Task> script, TimeProvider? time = null)
    {
        _script = script;
        _listener.Start();
        Transport = new Http1Transport(new NetworkDialer(TimeSpan.FromSeconds(20), null, Wires.Opener), time ?? TimeProvider.System);
        _accepting = AcceptAsync();
    }

    public Http1Transport Transport { get; }

    public ConcurrentQueue<RawPeer> Peers { get; } = [];

    public Uri Target => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>Sends a small request and reads the whole answer.</summary>
    public async Task<string> AskAsync(string body = "{}", CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(new BufferContent(Encoding.UTF8.GetBytes(body)), cancellationToken);
        return $"{response.Status} {await TextAsync(response)}";
    }

    public ValueTask<UpstreamResponse> SendAsync(UpstreamContent content, CancellationToken cancellationToken = default) =>
        Transport.SendAsync(new UpstreamRequest(HttpMethod.Post, Target, content), cancellationToken);

    public static async Task<string> TextAsync(UpstreamResponse response)
    {
        using var reader = new StreamReader(response.Body, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Transport.Dispose();
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        foreach (var peer in Peers) peer.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var peer = new RawPeer(await _listener.AcceptSocketAsync(_stop.Token), _stop.Token);
                Peers.Enqueue(peer);
                _ = RunAsync(peer);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task RunAsync(RawPeer peer)
    {
        try
        {
            await _script(peer);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One of the two has closed.
        }
        finally
        {
            peer.Finished.TrySetResult();
        }
    }
}
