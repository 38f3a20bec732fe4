using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tollgate.Tests.Hosting;

/// <summary>
/// A provider on a real socket that does what the test says. It reads HTTP/1.1 by itself, so that a test sees the bytes that were
/// sent and can answer with bytes that no server would send.
/// </summary>
internal sealed class ScriptedProvider : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ProviderCall, Task> _script;
    private readonly Task _accepting;

    public ScriptedProvider(Func<ProviderCall, Task> script)
    {
        _script = script;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public ConcurrentQueue<ProviderCall> Calls { get; } = [];

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)}";

    public ProviderCall Last => Calls.Last();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped, maybe between two connections.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using (socket)
            {
                socket.NoDelay = true; // pieces of a stream go out when the script says so
                await using var stream = new NetworkStream(socket);
                while (await ReadAsync(stream, socket) is { } call)
                {
                    Calls.Enqueue(call);
                    await _script(call);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or OperationCanceledException)
        {
            // The gateway closed, or the script did.
        }
    }

    private async Task<ProviderCall?> ReadAsync(NetworkStream stream, Socket socket)
    {
        var head = await ReadHeadAsync(stream);
        if (head.Length == 0) return null;
        var lines = Encoding.Latin1.GetString(head).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var first = lines[0].Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines[1..])
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return new ProviderCall(stream, socket) { Method = first[0], Target = first[1], Headers = headers, Body = await ReadBodyAsync(stream, headers), Left = _stop.Token };
    }

    private async Task<byte[]> ReadHeadAsync(NetworkStream stream)
    {
        var head = new List<byte>(1024);
        var one = new byte[1];
        while (!EndsWith(head, "\r\n\r\n"u8))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0) return [];
            head.Add(one[0]);
        }

        return [.. head];
    }

    private async Task<byte[]> ReadBodyAsync(NetworkStream stream, Dictionary<string, string> headers)
    {
        if (headers.TryGetValue("content-length", out var length))
        {
            var body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(body, _stop.Token);
            return body;
        }

        if (!headers.ContainsKey("transfer-encoding")) return [];
        var chunks = new MemoryStream();
        while (true)
        {
            var size = int.Parse(await ReadLineAsync(stream), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var chunk = new byte[size + 2];
            await stream.ReadExactlyAsync(chunk, _stop.Token);
            if (size == 0) return chunks.ToArray();
            chunks.Write(chunk, 0, size);
        }
    }

    private async Task<string> ReadLineAsync(NetworkStream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (!EndsWith(line, "\r\n"u8))
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            line.Add(one[0]);
        }

        return Encoding.ASCII.GetString([.. line]).Trim();
    }

    private static bool EndsWith(List<byte> bytes, ReadOnlySpan<byte> end)
    {
        if (bytes.Count < end.Length) return false;
        for (var i = 0; i < end.Length; i++)
        {
            if (bytes[bytes.Count - end.Length + i] != end[i]) return false;
        }

        return true;
    }
}
