namespace Tollgate.Pipeline;

/// <summary>Two attempts at one request, of which one may answer: whoever has the first content takes the client, and the other is given up.</summary>
internal sealed class HedgeRace(GatewayRequest first)
{
    private readonly Lock _lock = new();
    private GatewayRequest? _second;
    private GatewayRequest? _winner;

    /// <summary>Who answers; null while nobody has anything to say.</summary>
    internal GatewayRequest? Winner
    {
        get
        {
            lock (_lock) return _winner;
        }
    }

    /// <summary>False: it is too late, the first attempt answers.</summary>
    internal bool Enter(GatewayRequest second)
    {
        lock (_lock)
        {
            if (_winner is not null) return false;
            _second = second;
            return true;
        }
    }

    /// <summary>Asked before the first byte, or header, goes to the client. False: the other one answers.</summary>
    internal bool TryClaim(GatewayRequest request)
    {
        lock (_lock)
        {
            if (_winner is not null) return ReferenceEquals(_winner, request);
            _winner = request;
            if (_second is null) return true;
            if (ReferenceEquals(request, first)) request.Record.Attempts = 2; // its answer says how many were made
            (ReferenceEquals(request, first) ? _second : first).Clock.Outrun();
            return true;
        }
    }
}
