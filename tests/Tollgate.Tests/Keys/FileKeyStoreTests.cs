using System.Text;
using Tollgate.Keys;

namespace Tollgate.Tests.Keys;

/// <summary>Keys in a file: durable, private, and shared by gateways of one machine without one undoing the other.</summary>
public sealed class FileKeyStoreTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "tollgate-" + Guid.NewGuid().ToString("N"));

    private string File => Path.Combine(_folder, "keys.json");

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_was_written_is_there_for_the_next_process()
    {
        await using (var store = Open()) (await store.WriteAsync(Record("a", 1), default)).ShouldBeTrue();
        await using var again = Open();
        var record = (await again.LoadAsync(default)).ShouldNotBeNull().ShouldHaveSingleItem();
        (record.Kind, record.Id, record.Revision).ShouldBe((StoredKind.Key, "a", 1));
        if (!OperatingSystem.IsWindows()) System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Nothing_was_ever_written_is_told_from_everything_was_removed()
    {
        await using var store = Open();
        (await store.LoadAsync(default)).ShouldBeNull();
        await store.WriteAsync(Record("a", 1), default);
        (await store.RemoveAsync(StoredKind.Key, "a", 1, default)).ShouldBeTrue();
        (await store.LoadAsync(default)).ShouldNotBeNull().ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_two_changes_to_one_state_one_is_made()
    {
        await using var one = Open();
        await using var two = Open();
        await one.WriteAsync(Record("a", 1), default);
        var done = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? one : two).WriteAsync(Record("a", 2), default).AsTask()));
        done.Count(d => d).ShouldBe(1);
        (await one.WriteAsync(Record("a", 1), default)).ShouldBeFalse();
        (await one.RemoveAsync(StoredKind.Key, "a", 1, default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Two_gateways_lose_none_of_each_others_keys()
    {
        await using var one = Open();
        await using var two = Open();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? one : two).WriteAsync(Record("k" + i, 1), default).AsTask()));
        (await one.LoadAsync(default)).ShouldNotBeNull().Count.ShouldBe(20);
    }

    [Fact]
    public async Task The_other_gateway_hears_of_a_change()
    {
        await using var one = Open();
        await using var two = Open();
        await two.LoadAsync(default);
        var changed = two.ChangedAsync(default);
        await one.WriteAsync(Record("a", 1), default);
        await changed.WaitAsync(TimeSpan.FromSeconds(30));
        (await two.LoadAsync(default)).ShouldNotBeNull().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"version\":2,\"records\":[]}")]
    [InlineData("{\"version\":1,\"records\":[{\"kind\":\"Spell\",\"id\":\"a\",\"revision\":1,\"value\":{}}]}")]
    public async Task A_file_that_holds_something_else_is_named_and_not_overwritten(string text)
    {
        Directory.CreateDirectory(_folder);
        await System.IO.File.WriteAllTextAsync(File, text);
        await using var store = Open();
        (await Should.ThrowAsync<IOException>(() => store.LoadAsync(default).AsTask())).Message.ShouldContain(File);
        await Should.ThrowAsync<IOException>(() => store.WriteAsync(Record("a", 1), default).AsTask());
        (await System.IO.File.ReadAllTextAsync(File)).ShouldBe(text);
    }

    private FileKeyStore Open() => new(File, new UnhurriedTime());

    private static StoredRecord Record(string id, long revision) => new(StoredKind.Key, id, revision, Encoding.UTF8.GetBytes("{\"name\":\"" + id + "\"}"));

    /// <summary>The system's clock without the 10 s after which a writer gives up: twenty in a row may take longer on a busy disk.</summary>
    private sealed class UnhurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == TimeSpan.FromSeconds(10) ? Timeout.InfiniteTimeSpan : dueTime, period);
    }
}
