namespace Tollgate.Upstreams.Http1;

/// <summary>Connections to one destination that wait for their next request. The one that was used last is used next, so that the others can age.</summary>
internal sealed class HostPool(Destination destination, Dialer dialer, TimeProvider time)
{
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(15); // follows DNS

    private const int MostLookedAt = 8;

    private readonly Lock _lock = new();
    private readonly List<Http1Connection> _waiting = [];
    private bool _closed;

    internal Destination Destination { get; } = destination;

    /// <summary>Number of those that wait.</summary>
    internal int Waiting
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    /// <summary>One that waits and is still good; null when there is none.</summary>
    internal Http1Connection? TryTake()
    {
        while (true)
        {
            Http1Connection connection;
            lock (_lock)
            {
                if (_waiting.Count == 0) return null;
                var place = PlaceOfNear();
                connection = _waiting[place];
                _waiting.RemoveAt(place);
            }

            // The other side may have closed it meanwhile: what is sent then is lost, and nobody knows whether it was read.
            if (!IsOld(connection, time.GetTimestamp()) && !connection.HasInput)
            {
                if (!connection.Wire.IsNear) connection.Wire.ComeNear();
                return connection;
            }

            connection.Dispose();
        }
    }

    /// <summary>Sends on a connection of its own.</summary>
    internal async ValueTask<UpstreamResponse> SendAnewAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var wire = await dialer.ConnectAsync(Destination, cancellationToken).ConfigureAwait(false);
        return await new Http1Connection(wire, this, time).SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Its answer has been read: it waits for the next request.</summary>
    internal void Return(Http1Connection connection)
    {
        var now = time.GetTimestamp();
        connection.IdleSince = now; // first: it has not waited while its answer was read
        if (!IsOld(connection, now))
        {
            lock (_lock)
            {
                if (!_closed)
                {
                    _waiting.Add(connection);
                    return;
                }
            }
        }

        connection.Dispose();
    }

    /// <summary>Closes those that nobody has used for long.</summary>
    internal void Sweep()
    {
        List<Http1Connection>? old = null;
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var count = 0;
            while (count < _waiting.Count && IsOld(_waiting[count], now)) count++;
            if (count == 0) return;
            old = _waiting[..count];
            _waiting.RemoveRange(0, count);
        }

        foreach (var connection in old) connection.Dispose();
    }

    internal void Close()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (var connection in _waiting) connection.Dispose();
            _waiting.Clear();
        }
    }

    /// <summary>Of the ones that were used last, preferably one that this thread goes on with.</summary>
    private int PlaceOfNear()
    {
        var last = _waiting.Count - 1;
        for (var place = last; place >= 0 && place > last - MostLookedAt; place--)
        {
            if (_waiting[place].Wire.IsNear) return place;
        }

        return last;
    }

    private bool IsOld(Http1Connection connection, long now) =>
        time.GetElapsedTime(connection.Opened, now) > LongestLife || (connection.IdleSince is { } since && time.GetElapsedTime(since, now) > LongestIdle);
}
