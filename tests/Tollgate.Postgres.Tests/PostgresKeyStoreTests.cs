using Tollgate.Keys;
using Tollgate.Postgres.Keys;
using Tollgate.Sqlite.Tests.Contract;

namespace Tollgate.Postgres.Tests;

/// <summary>Keys that several gateways share in PostgreSQL.</summary>
public sealed class PostgresKeyStoreTests(PostgresFixture server) : KeyStoreContract
{
    private string? _database;

    [Fact]
    public async Task A_server_that_is_not_there_is_named_without_the_password()
    {
        await using var store = new PostgresKeyStoreKind().Open("postgres://gate:HUSH@127.0.0.1:1/keys");
        var failure = await Should.ThrowAsync<IOException>(() => store.LoadAsync(default).AsTask());
        failure.Message.ShouldContain("127.0.0.1:1/keys");
        failure.ToString().ShouldNotContain("HUSH");
    }

    protected override async Task<IKeyStore> OpenAsync() => new PostgresKeyStoreKind().Open(_database ??= await server.NewDatabaseAsync());
}
