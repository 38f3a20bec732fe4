using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Load;

/// <summary>
/// One keep-alive connection in a closed loop: the next request goes out when the last answer is whole. Allocates nothing per
/// request. Anything but a complete answer of the expected status ends the benchmark: a fast error must not look like a fast gateway.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly byte[] _tail = new byte[5];

    private LoadConnection()
    {
    }

    internal LatencyHistogram Times { get; private set; } = new();

    /// <summary>To the first byte of the body.</summary>
    internal LatencyHistogram FirstBytes { get; private set; } = new();

    internal static async Task<LoadConnection> OpenAsync(int port)
    {
        var connection = new LoadConnection();
        await connection._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        return connection;
    }

    public void Dispose() => _socket.Dispose();

    internal void Forget() => (Times, FirstBytes) = (new(), new());

    internal async Task RunAsync(byte[] request, LoadPhase phase)
    {
        while (phase.Take())
        {
            var start = Stopwatch.GetTimestamp();
            ReadOnlyMemory<byte> rest = request;
            while (rest.Length > 0) rest = rest[await _socket.SendAsync(rest)..];

            // :: Step 1: the head, and what came with it.
            int received = 0, head = 0;
            while (head == 0 || received == head)
            {
                var read = await _socket.ReceiveAsync(_buffer.AsMemory(received));
                if (read == 0) throw new IOException("the connection was closed within an answer");
                received += read;
                head = HttpFraming.HeadLength(_buffer.AsSpan(0, received));
            }

            FirstBytes.Record(Stopwatch.GetElapsedTime(start));
            CheckStatus(head, phase.StatusLine);

            // :: Step 2: the body.
            var length = HttpFraming.ContentLength(_buffer.AsSpan(0, head));
            var body = received - head;
            var ended = length >= 0 ? body >= length : EndsChunks(_buffer.AsSpan(head, body));
            while (!ended)
            {
                var read = await _socket.ReceiveAsync(_buffer.AsMemory());
                if (read == 0) throw new IOException("the connection was closed within a body");
                body += read;
                ended = length >= 0 ? body >= length : EndsChunks(_buffer.AsSpan(0, read));
            }

            Times.Record(Stopwatch.GetElapsedTime(start));
        }
    }

    private void CheckStatus(int head, byte[] expected)
    {
        if (!_buffer.AsSpan(0, head).StartsWith(expected)) throw new IOException("not the status that was expected: " + System.Text.Encoding.Latin1.GetString(_buffer, 0, Math.Min(head + 500, _buffer.Length)).TrimEnd('\0'));
    }

    /// <summary>True when the last chunk is there. Events hold no carriage return, so that its bytes are found at the end only.</summary>
    private bool EndsChunks(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= _tail.Length)
        {
            bytes[^_tail.Length..].CopyTo(_tail);
        }
        else
        {
            _tail.AsSpan(bytes.Length).CopyTo(_tail);
            bytes.CopyTo(_tail.AsSpan(_tail.Length - bytes.Length));
        }

        return _tail.AsSpan().SequenceEqual("0\r\n\r\n"u8);
    }
}
