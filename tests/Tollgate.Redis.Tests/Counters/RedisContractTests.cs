using Tollgate.Limits;

namespace Tollgate.Redis.Tests.Counters;

/// <summary>Counters at a real Redis do what all counters do.</summary>
public sealed class RedisContractTests : CounterStoreContract
{
    private RedisServer? _server;

    protected override async Task<ICounterStore> OpenAsync() => Clients.At((_server ??= await RedisServer.StartAsync()).Port).Store();

    protected override async ValueTask EndAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
