using Tollgate.Limits;
using Tollgate.Limits.Local;

namespace Tollgate.Tests.Limits.Stores;

public sealed class LocalContractTests : CounterStoreContract
{
    protected override Task<ICounterStore> OpenAsync() => Task.FromResult<ICounterStore>(new LocalCounterStore(TimeProvider.System));
}
