using System.Diagnostics;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Load;

/// <summary>What a fixed rate gave. Times are from the moment at which a request was due, also when no connection was free for it then.</summary>
/// <param name="Times">Until the answer was whole.</param>
/// <param name="FirstBytes">Until the first byte of its body.</param>
/// <param name="PerSecond">Answers a second; less than was asked for when the subject did not keep up.</param>
internal sealed record OpenLoopResult(LatencyHistogram Times, LatencyHistogram FirstBytes, double PerSecond);

/// <summary>
/// Requests at a fixed rate, whether the earlier ones are answered or not: a thread sends each when it is due, on a connection that is free. A subject that
/// stalls is charged for all that should have been sent meanwhile, which a closed loop would leave out.
/// </summary>
internal sealed class OpenLoop : IDisposable
{
    // So many seconds behind, a subject will not catch up: the rest is not sent.
    private const double GiveUpSeconds = 2;

    private readonly Lock _gate = new();
    private readonly Stack<RateConnection> _idle = [];
    private readonly Queue<long> _overdue = [];
    private readonly RateConnection[] _connections;
    private readonly Task[] _reading;

    /// <param name="port">Of the loopback address.</param>
    /// <param name="connections">How many; all are open when this returns.</param>
    /// <param name="request">What is sent.</param>
    internal OpenLoop(int port, int connections, byte[] request)
    {
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new RateConnection(PolledSocket.Connect(port), request, Free))];
        foreach (var connection in _connections) _idle.Push(connection);
        _reading = [.. _connections.Select(c => c.RunAsync())];
    }

    public void Dispose()
    {
        foreach (var connection in _connections) connection.Dispose();
    }

    internal async Task<OpenLoopResult> RunAsync(double perSecond, TimeSpan time)
    {
        foreach (var connection in _connections) connection.Forget();
        var start = Stopwatch.GetTimestamp();
        await Task.Factory.StartNew(() => Pace(perSecond, (int)(perSecond * time.TotalSeconds)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (!AllAnswered()) await Task.WhenAny([Task.Delay(1), .. _reading.Where(r => r.IsFaulted)]);
        if (_reading.FirstOrDefault(r => r.IsFaulted) is { } broken) await broken;

        LatencyHistogram times = new(), first = new();
        foreach (var connection in _connections)
        {
            times.Add(connection.Times);
            first.Add(connection.FirstBytes);
        }

        return new OpenLoopResult(times, first, times.Count / Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private void Pace(double perSecond, int count)
    {
        Clockwork.Tighten();
        var (start, interval) = (Stopwatch.GetTimestamp(), Stopwatch.Frequency / perSecond);
        for (var i = 0; i < count; i++)
        {
            var due = start + (long)(i * interval);
            Clockwork.WaitUntil(due);
            lock (_gate)
            {
                if (_overdue.Count > perSecond * GiveUpSeconds)
                {
                    _overdue.Clear();
                    return;
                }

                if (_idle.TryPop(out var free)) free.Send(due);
                else _overdue.Enqueue(due);
            }
        }
    }

    private void Free(RateConnection connection)
    {
        lock (_gate)
        {
            if (_overdue.TryDequeue(out var due)) connection.Send(due);
            else _idle.Push(connection);
        }
    }

    private bool AllAnswered()
    {
        if (_reading.Any(r => r.IsFaulted)) return true;
        lock (_gate) return _idle.Count == _connections.Length;
    }
}
