using Microsoft.Extensions.DependencyInjection;
using Tollgate.Keys;
using Tollgate.Metering.Ledger;

namespace Tollgate.Sqlite;

/// <summary>Adds the embedded ledger and store of keys to an application's services.</summary>
public static class SqliteServices
{
    /// <summary>Lets the configuration say <c>ledger: sqlite</c> and <c>keyStore: sqlite:PATH</c>.</summary>
    /// <param name="services">The services, to which <c>AddTollgate()</c> adds the gateway.</param>
    /// <param name="byDefault">True: a ledger is kept in the state directory even where the configuration says nothing of one.</param>
    public static IServiceCollection AddTollgateSqlite(this IServiceCollection services, bool byDefault = false) =>
        services.AddSingleton<ILedgerStoreKind>(new SqliteLedgerKind(byDefault)).AddSingleton<IKeyStoreKind, SqliteKeyStoreKind>();
}
