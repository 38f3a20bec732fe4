using Microsoft.Extensions.DependencyInjection;
using Tollgate.Limits.Shared;
using Tollgate.Metering.Ledger;
using Tollgate.Postgres.Counters;
using Tollgate.Postgres.Ledger;

namespace Tollgate.Postgres;

/// <summary>Adds what gateways share in PostgreSQL to an application's services.</summary>
public static class PostgresServices
{
    /// <summary>Lets the configuration say <c>ledger: postgres://…</c> and <c>stores: { counters: postgres://… }</c>.</summary>
    public static IServiceCollection AddTollgatePostgres(this IServiceCollection services) => services
        .AddSingleton<ILedgerStoreKind, PostgresLedgerKind>()
        .AddSingleton<CounterKind, PostgresCounterKind>();
}
