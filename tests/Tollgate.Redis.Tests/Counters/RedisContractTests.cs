using Tollgate.Limits;

namespace Tollgate.Redis.Tests.Counters;

/// <summary>Counters at a real Redis do what all counters do.</summary>
/// <param name="polls">On sockets of our own.</param>
public abstract class RedisContract(bool polls) : CounterStoreContract
{
    private RedisServer? _server;

    protected override async Task<ICounterStore> OpenAsync() => Clients.At((_server ??= await RedisServer.StartAsync()).Port).Store(polls: polls);

    protected override async ValueTask EndAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}

/// <inheritdoc cref="RedisContract"/>
public sealed class RedisContractTests() : RedisContract(polls: false);

/// <summary>The same on sockets of our own.</summary>
public sealed class PolledRedisContractTests() : RedisContract(polls: true);
