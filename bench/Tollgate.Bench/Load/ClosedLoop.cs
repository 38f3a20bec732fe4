namespace Tollgate.Bench.Load;

/// <summary>A fixed number of connections that send the same request over and over.</summary>
internal sealed class ClosedLoop : IDisposable
{
    private readonly LoadConnection[] _connections;
    private readonly Task[] _running;
    private readonly byte[] _request;

    /// <param name="port">Of the loopback address.</param>
    /// <param name="connections">How many; all are open when this returns.</param>
    /// <param name="request">What each of them sends.</param>
    internal ClosedLoop(int port, int connections, byte[] request)
    {
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new LoadConnection(port))];
        (_request, _running) = (request, new Task[connections]);
    }

    /// <summary>Answers so far; while it runs, a little behind.</summary>
    internal long Answers => _connections.Sum(c => c.Times.Count);

    /// <summary>TCP segments with data that all connections have received.</summary>
    internal long Segments => _connections.Sum(c => c.Segments);

    public void Dispose()
    {
        foreach (var connection in _connections) connection.Dispose();
    }

    /// <param name="phase">For how long.</param>
    /// <param name="over">The connections begin one after the other in this time, so that they do not go in step.</param>
    internal Task RunAsync(LoadPhase phase, TimeSpan over = default)
    {
        for (var i = 0; i < _running.Length; i++) _running[i] = _connections[i].RunAsync(_request, phase, over * i / _running.Length);
        return Task.WhenAll(_running);
    }

    internal void Forget()
    {
        foreach (var connection in _connections) connection.Forget();
    }

    internal (LatencyHistogram Times, LatencyHistogram FirstBytes) Collect()
    {
        LatencyHistogram times = new(), first = new();
        foreach (var connection in _connections)
        {
            times.Add(connection.Times);
            first.Add(connection.FirstBytes);
        }

        return (times, first);
    }
}
