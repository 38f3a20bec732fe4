using System.Text;
using Tollgate.Keys;

namespace Tollgate.Sqlite.Tests.Contract;

/// <summary>What every store of keys does alike.</summary>
public abstract class KeyStoreContract
{
    /// <summary>A store on the same data as those opened before in this test.</summary>
    protected abstract Task<IKeyStore> OpenAsync();

    [Fact]
    public async Task What_was_written_is_there_for_the_next_process()
    {
        await using (var store = await OpenAsync()) (await store.WriteAsync(Record("a", 1), default)).ShouldBeTrue();
        await using var again = await OpenAsync();
        var record = (await again.LoadAsync(default)).ShouldNotBeNull().ShouldHaveSingleItem();
        (record.Kind, record.Id, record.Revision, Encoding.UTF8.GetString(record.Json.Span)).ShouldBe((StoredKind.Key, "a", 1, "{\"at\":1}"));
    }

    [Fact]
    public async Task Of_several_changes_to_one_state_one_is_made()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        var first = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? one : two).WriteAsync(Record("a", 1), default).AsTask()));
        first.Count(done => done).ShouldBe(1);
        var second = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? one : two).WriteAsync(Record("a", 2), default).AsTask()));
        second.Count(done => done).ShouldBe(1);
        (await one.RemoveAsync(StoredKind.Key, "a", 1, default)).ShouldBeFalse();
        (await one.WriteAsync(Record("b", 2), default)).ShouldBeFalse();
        (await one.RemoveAsync(StoredKind.Key, "a", 2, default)).ShouldBeTrue();
        (await two.LoadAsync(default)).ShouldNotBeNull().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_id_is_a_value_and_never_a_part_of_a_statement()
    {
        const string Evil = "'; DROP TABLE keys; DROP TABLE tollgate_keys; --";
        await using var store = await OpenAsync();
        (await store.WriteAsync(Record(Evil, 1), default)).ShouldBeTrue();
        (await store.WriteAsync(Record("a", 1), default)).ShouldBeTrue();
        (await store.LoadAsync(default)).ShouldNotBeNull().Select(r => r.Id).Order(StringComparer.Ordinal).ShouldBe([Evil, "a"]);
        (await store.RemoveAsync(StoredKind.Key, Evil, 1, default)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_other_gateway_hears_of_a_change()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        (await two.LoadAsync(default)).ShouldNotBeNull().ShouldBeEmpty();
        var changed = two.ChangedAsync(default);
        await one.WriteAsync(Record("a", 1), default);
        await changed.WaitAsync(TimeSpan.FromSeconds(30));
        (await two.LoadAsync(default)).ShouldNotBeNull().ShouldHaveSingleItem();

        await one.WriteAsync(Record("a", 2), default); // before anybody listens again
        await two.ChangedAsync(default).WaitAsync(TimeSpan.FromSeconds(30));
        (await two.LoadAsync(default)).ShouldNotBeNull().ShouldHaveSingleItem().Revision.ShouldBe(2);
    }

    protected static StoredRecord Record(string id, long revision) => new(StoredKind.Key, id, revision, Encoding.UTF8.GetBytes($"{{\"at\":{revision}}}"));
}
