using Tollgate.Limits;

namespace Tollgate.Tests.Limits.Stores;

/// <summary>A kind of counter store under test: several gateways' stores over the same counters, which begin empty with each test.</summary>
public abstract class StoreContract : IAsyncDisposable
{
    private readonly List<ICounterStore> _stores = [];

    /// <summary>The counters as one more gateway has them.</summary>
    protected abstract Task<ICounterStore> OpenAsync();

    /// <summary>Ends what the stores needed; they are closed.</summary>
    protected virtual ValueTask EndAsync() => default;

    /// <summary>A store that is closed with the test.</summary>
    private protected async Task<ICounterStore> StoreAsync()
    {
        var store = await OpenAsync();
        _stores.Add(store);
        return store;
    }

    /// <summary>Ends a gateway before the others.</summary>
    private protected async Task CloseAsync(ICounterStore store)
    {
        _stores.Remove(store);
        if (store is IAsyncDisposable open) await open.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores.ToArray()) await CloseAsync(store);
        await EndAsync();
        GC.SuppressFinalize(this);
    }
}
