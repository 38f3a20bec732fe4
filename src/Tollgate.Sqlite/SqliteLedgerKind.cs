using Tollgate.Configuration;
using Tollgate.Metering.Ledger;

namespace Tollgate.Sqlite;

/// <summary><c>ledger: sqlite</c>.</summary>
internal sealed class SqliteLedgerKind(bool isDefault) : ILedgerStoreKind
{
    private const string FileName = "ledger.db";

    public string Name => "sqlite";

    public bool IsDefault => isDefault;

    public ILedgerStore Create(LedgerConfig config, string stateDirectory) =>
        new SqliteLedger(config.Path ?? Path.Combine(stateDirectory, FileName), config.Durability);
}
