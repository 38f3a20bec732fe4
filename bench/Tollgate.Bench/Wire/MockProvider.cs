using System.Net;
using System.Net.Sockets;

namespace Tollgate.Bench.Wire;

/// <summary>
/// A provider that costs as little as one can: it measures the request, and sends bytes made beforehand. Once a connection is
/// open it allocates nothing, so that in a process shared with the gateway the allocations are the gateway's.
/// </summary>
internal sealed class MockProvider : IDisposable
{
    internal const int EventsPerStream = 50;

    // A body that asks for a stream says so at its beginning: the load generator's do.
    private const int StreamSearched = 128;

    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _answer;
    private readonly byte[][] _stream = Payload.StreamedAnswer(EventsPerStream);

    /// <param name="port">0 picks a free one.</param>
    /// <param name="answer">A whole answer with its head; OpenAI's by default.</param>
    internal MockProvider(int port, byte[]? answer = null)
    {
        _answer = answer ?? Payload.Answer();
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(1024);
        Accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Ends when it is disposed.</summary>
    internal Task Accepting { get; }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync();
                socket.NoDelay = true;
                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var _ = socket;
        var buffer = new byte[64 * 1024];
        var rest = new byte[64 * 1024];
        try
        {
            while (true)
            {
                int received = 0, whole;
                do
                {
                    var read = await socket.ReceiveAsync(buffer.AsMemory(received));
                    if (read == 0) return;
                    received += read;
                }
                while ((whole = RequestLength(buffer.AsSpan(0, received))) == 0 || received < Math.Min(whole, buffer.Length));

                // The rest of a long body is nothing to look at.
                for (var left = whole - received; left > 0;)
                {
                    var read = await socket.ReceiveAsync(rest.AsMemory(0, Math.Min(left, rest.Length)));
                    if (read == 0) return;
                    left -= read;
                }

                if (!WantsStream(buffer.AsSpan(0, received))) await SendAsync(socket, _answer);
                else foreach (var part in _stream) await SendAsync(socket, part);
            }
        }
        catch (SocketException)
        {
            // The other side left.
        }
    }

    private static async ValueTask SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        // On loopback a send nearly always takes everything, at once: then nothing is allocated here.
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes)..];
    }

    private static int RequestLength(ReadOnlySpan<byte> received)
    {
        var head = HttpFraming.HeadLength(received);
        return head == 0 ? 0 : head + Math.Max(0, HttpFraming.ContentLength(received[..head]));
    }

    private static bool WantsStream(ReadOnlySpan<byte> request)
    {
        var body = request[HttpFraming.HeadLength(request)..];
        return body[..Math.Min(body.Length, StreamSearched)].IndexOf("\"stream\":true"u8) >= 0;
    }
}
