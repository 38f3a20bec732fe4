using System.Diagnostics;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Load;

/// <summary>One keep-alive connection in a closed loop: the next request goes out when the last answer is whole. Allocates nothing per request.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly PolledSocket _socket;
    private readonly AnswerReader _answers;

    /// <param name="port">Of the loopback address.</param>
    internal LoadConnection(int port)
    {
        _socket = PolledSocket.Connect(port);
        _answers = new AnswerReader(_socket);
    }

    internal LatencyHistogram Times { get; private set; } = new();

    /// <summary>To the first byte of the body.</summary>
    internal LatencyHistogram FirstBytes { get; private set; } = new();

    /// <summary>TCP segments with data that were received: as many as the other side wrote.</summary>
    internal long Segments => _socket.SegmentsReceived;

    public void Dispose() => _socket.Dispose();

    internal void Forget() => (Times, FirstBytes) = (new(), new());

    internal async Task RunAsync(byte[] request, LoadPhase phase, TimeSpan after = default)
    {
        if (after > TimeSpan.Zero) await Task.Delay(after);
        while (phase.Take())
        {
            var start = Stopwatch.GetTimestamp();
            await _socket.SendAsync(request);
            var first = await _answers.ReadAsync(phase.StatusLine);
            FirstBytes.Record(Stopwatch.GetElapsedTime(start, first));
            Times.Record(Stopwatch.GetElapsedTime(start));
        }

        await Task.Yield(); // whoever waited for the end does not go on upon the thread that polls
    }
}
