using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Tollgate.Pipeline.Fetching;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Fetching;

/// <summary>An internet of the test's own: names have the addresses that it gives them, and every public address is one scripted server.</summary>
internal sealed class OutsideWorld : IOutsideNetwork, IAsyncDisposable
{
    public const string Public = "93.184.216.34";

    private readonly ScriptedProvider _server;

    public OutsideWorld(Func<ProviderCall, Task> script) => _server = new ScriptedProvider(script);

    /// <summary>Addresses by name; names that are not here have the public one.</summary>
    public Dictionary<string, string[]> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

    public ConcurrentQueue<string> Resolved { get; } = [];

    public ConcurrentQueue<IPEndPoint> Connected { get; } = [];

    public ConcurrentQueue<ProviderCall> Calls => _server.Calls;

    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        Resolved.Enqueue(host);
        if (!Names.TryGetValue(host, out var addresses)) addresses = [Public];
        return addresses.Length == 0 ? throw new SocketException((int)SocketError.HostNotFound) : ValueTask.FromResult(Array.ConvertAll(addresses, IPAddress.Parse));
    }

    public async ValueTask<Stream> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        Connected.Enqueue(address);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(_server.Url).Port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
