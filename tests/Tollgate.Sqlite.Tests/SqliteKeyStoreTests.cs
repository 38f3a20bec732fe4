using Tollgate.Keys;
using Tollgate.Sqlite.Tests.Contract;

namespace Tollgate.Sqlite.Tests;

/// <summary>Keys in a SQLite file.</summary>
public sealed class SqliteKeyStoreTests : KeyStoreContract, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-keys-");

    private string File => Path.Combine(_folder.FullName, "keys.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Nobody_but_its_owner_reads_the_file()
    {
        await using var store = await OpenAsync();
        await store.WriteAsync(Record("a", 1), default);
        if (!OperatingSystem.IsWindows()) System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named()
    {
        await System.IO.File.WriteAllTextAsync(File, new string('x', 5000));
        await using var store = await OpenAsync();
        (await Should.ThrowAsync<IOException>(() => store.LoadAsync(default).AsTask())).Message.ShouldContain(File);
    }

    protected override Task<IKeyStore> OpenAsync() => Task.FromResult(new SqliteKeyStoreKind(TimeProvider.System).Open("sqlite:" + File));
}
