using Tollgate.Configuration;
using Tollgate.Metering.Ledger;

namespace Tollgate.Postgres.Ledger;

/// <summary><c>ledger: postgres://…</c>.</summary>
internal sealed class PostgresLedgerKind(TimeProvider time) : ILedgerStoreKind
{
    public string Name => "postgres";

    public bool IsDefault => false;

    public ILedgerStore Create(LedgerConfig config, string stateDirectory) => new PostgresLedger(PostgresUrl.Read(config.Url!.Reveal()), config.Durability, time);
}
