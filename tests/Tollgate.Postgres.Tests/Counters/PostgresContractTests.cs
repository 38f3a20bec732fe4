using Tollgate.Limits;

namespace Tollgate.Postgres.Tests.Counters;

/// <summary>Counters by leases at a real PostgreSQL do what all counters do.</summary>
public sealed class PostgresContractTests(PostgresFixture postgres) : CounterStoreContract
{
    private string? _url;

    protected override async Task<ICounterStore> OpenAsync() => Leases.Store(_url ??= await postgres.NewDatabaseAsync());
}
