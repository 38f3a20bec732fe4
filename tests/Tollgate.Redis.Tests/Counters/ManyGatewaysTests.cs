using Tollgate.Limits;

namespace Tollgate.Redis.Tests.Counters;

public sealed class ManyGatewaysTests : ManyGatewaysContract
{
    private RedisServer? _server;

    /// <summary>Nothing lies idle anywhere; the limit is hit from below by requests of 400 at most.</summary>
    protected override double Granted => 0.9;

    protected override async Task<ICounterStore> OpenAsync() => Clients.At((_server ??= await RedisServer.StartAsync()).Port).Store();

    protected override async ValueTask EndAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
