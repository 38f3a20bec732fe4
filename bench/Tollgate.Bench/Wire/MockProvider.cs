using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Tollgate.Epoll.Loops;

namespace Tollgate.Bench.Wire;

/// <summary>
/// A provider that costs as little as one can: it measures the request, and sends bytes made beforehand. Once a connection is
/// open it allocates nothing, so that in a process shared with the gateway the allocations are the gateway's.
/// </summary>
internal sealed class MockProvider : IDisposable
{
    // So much of a request is looked at; of a larger one, the rest is only counted.
    private const int Kept = 64 * 1024;

    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly AnswerBook _answers;
    private readonly LoopGroup _loop = PolledSocket.NewLoop();
    private readonly List<PolledSocket> _connections = [];

    /// <param name="port">0 picks a free one.</param>
    /// <param name="answers">Every dialect and shape by default.</param>
    internal MockProvider(int port, AnswerBook? answers = null)
    {
        _answers = answers ?? AnswerBook.Everything;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(1024);
        Accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Ends when it is disposed.</summary>
    internal Task Accepting { get; }

    /// <summary>TCP segments with data that open connections have received: on loopback as many as were written.</summary>
    internal long SegmentsReceived()
    {
        lock (_connections) return _connections.Sum(static c => c.SegmentsReceived);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _loop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(new PolledSocket(await _listener.AcceptAsync(), _loop));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(PolledSocket socket)
    {
        lock (_connections) _connections.Add(socket);
        var buffer = new byte[2 * Kept];
        PeriodicTimer? pace = null;
        try
        {
            while (await ReceiveAsync(socket, buffer) is { } answer)
            {
                if (answer.Paced) await SendPacedAsync(socket, answer.Parts, pace ??= new PeriodicTimer(AnswerShapes.Pace));
                else foreach (var part in answer.Parts) await socket.SendAsync(part);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other side left, or this ends.
        }
        finally
        {
            pace?.Dispose();
            lock (_connections) _connections.Remove(socket);
            socket.Dispose();
        }
    }

    /// <summary>Receives a request. Null: the connection was closed.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<MockAnswer?> ReceiveAsync(PolledSocket socket, byte[] buffer)
    {
        int received = 0, head;
        while ((head = HttpFraming.HeadLength(buffer.AsSpan(0, received))) == 0)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(received));
            if (read == 0) return null;
            received += read;
        }

        long left = head + Math.Max(0, HttpFraming.ContentLength(buffer.AsSpan(0, head))) - received;
        while (left > 0)
        {
            var read = await socket.ReceiveAsync(received < buffer.Length ? buffer.AsMemory(received) : buffer.AsMemory(Kept));
            if (read == 0) return null;
            received = Math.Min(received + read, buffer.Length);
            left -= read;
        }

        return _answers.Find(buffer.AsSpan(0, received), head);
    }

    private static async ValueTask SendPacedAsync(PolledSocket socket, byte[][] parts, PeriodicTimer pace)
    {
        await socket.SendAsync(parts[0]);
        for (var i = 1; i < parts.Length; i++)
        {
            await pace.WaitForNextTickAsync();
            await socket.SendAsync(parts[i]);
        }
    }
}
