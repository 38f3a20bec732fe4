using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Load;

/// <summary>One keep-alive connection in a closed loop: the next request goes out when the last answer is whole. Allocates nothing per request.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly AnswerReader _answers;

    private LoadConnection(Socket socket) => (_socket, _answers) = (socket, new AnswerReader(socket));

    internal LatencyHistogram Times { get; private set; } = new();

    /// <summary>To the first byte of the body.</summary>
    internal LatencyHistogram FirstBytes { get; private set; } = new();

    /// <summary>TCP segments with data that were received: as many as the other side wrote.</summary>
    internal long Segments => TcpCounters.SegmentsReceived(_socket);

    internal static async Task<LoadConnection> OpenAsync(int port) => new(await ConnectAsync(port));

    internal static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _socket.Dispose();

    internal void Forget() => (Times, FirstBytes) = (new(), new());

    internal async Task RunAsync(byte[] request, LoadPhase phase, TimeSpan after = default)
    {
        if (after > TimeSpan.Zero) await Task.Delay(after);
        while (phase.Take())
        {
            var start = Stopwatch.GetTimestamp();
            ReadOnlyMemory<byte> rest = request;
            while (rest.Length > 0) rest = rest[await _socket.SendAsync(rest)..];
            var first = await _answers.ReadAsync(phase.StatusLine);
            FirstBytes.Record(Stopwatch.GetElapsedTime(start, first));
            Times.Record(Stopwatch.GetElapsedTime(start));
        }
    }
}
