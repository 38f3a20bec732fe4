using Tollgate.Limits;

namespace Tollgate.Postgres.Tests.Counters;

public sealed class ManyGatewaysTests(PostgresFixture postgres) : ManyGatewaysContract
{
    private string? _url;

    /// <summary>Leases must not keep requests away that have room.</summary>
    protected override double Granted => 0.8;

    protected override async Task<ICounterStore> OpenAsync() => Leases.Store(_url ??= await postgres.NewDatabaseAsync());
}
