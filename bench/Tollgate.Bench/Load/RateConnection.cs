using System.Diagnostics;
using System.Net.Sockets;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Load;

/// <summary>A connection of a load at a fixed rate: it always waits for an answer, and is told when the question to it was due.</summary>
internal sealed class RateConnection(PolledSocket socket, byte[] request, Action<RateConnection> free) : IDisposable
{
    private static readonly byte[] Ok = "HTTP/1.1 200 "u8.ToArray();

    private readonly AnswerReader _answers = new(socket);
    private long _due;
    private volatile bool _disposed;

    internal LatencyHistogram Times { get; private set; } = new();

    internal LatencyHistogram FirstBytes { get; private set; } = new();

    public void Dispose()
    {
        _disposed = true;
        socket.Dispose();
    }

    internal void Forget() => (Times, FirstBytes) = (new(), new());

    /// <summary>Sends the request: small ones fit into the socket's buffer, so that nobody waits.</summary>
    internal void Send(long due)
    {
        _due = due;
        socket.Send(request);
    }

    internal async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var first = await _answers.ReadAsync(Ok);
                FirstBytes.Record(Stopwatch.GetElapsedTime(_due, first));
                Times.Record(Stopwatch.GetElapsedTime(_due));
                free(this);
            }
        }
        catch (Exception e) when (_disposed && e is SocketException or ObjectDisposedException or IOException)
        {
            // Nobody waits for an answer any more.
        }
    }
}
