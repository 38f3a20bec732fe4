using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Authentication;
using Tollgate.Keys;
using Tollgate.Protocols.Errors;
using Tollgate.Tests.Admin;
using Tollgate.Tests.Limits;
using Tollgate.Tests.Telemetry;

namespace Tollgate.Tests.Keys;

/// <summary>What requests look keys up in, and what becomes of it while the store is away.</summary>
public sealed class KeyRingTests
{
    [Fact]
    public async Task A_store_that_is_gone_makes_no_good_key_bad_and_judges_no_other()
    {
        var time = new ManualTime();
        var store = new LostStore();
        await using var admin = await AdminClient.StartAsync(more: "keyStore: lost:x", services: s => s.AddSingleton<IKeyStoreKind>(store).AddSingleton<TimeProvider>(time));
        var (_, key) = await admin.MakeAsync("""{"name":"a"}""");
        (await admin.AskAsync("unknown")).ShouldBe(401);
        (await UpAsync(admin)).ShouldBe(1);
        await store.Waited; // else nobody hears of the change
        store.IsLost = true;
        store.Change();
        await time.WhenArmedAsync(TimeSpan.FromSeconds(2));
        (await admin.AskAsync(key)).ShouldBe(200);
        (await UpAsync(admin)).ShouldBe(0);
        (await admin.AskAsync("unknown")).ShouldBe(503);
        (await admin.SendAsync("POST", "keys", """{"name":"b"}""")).Status.ShouldBe(503);

        store.IsLost = false;
        time.Advance(TimeSpan.FromSeconds(2));
        await store.Waited;
        (await admin.AskAsync("unknown")).ShouldBe(401);
        (await UpAsync(admin)).ShouldBe(1);
    }

    [Fact]
    public async Task Of_a_store_that_is_not_there_nothing_is_told()
    {
        await using var admin = await AdminClient.StartAsync(more: "keyStore: \"off\"");
        (await admin.Gateway.Admin.GetStringAsync("/metrics")).ShouldNotContain("tollgate_key_store_up ");
    }

    [Fact]
    public async Task A_store_that_was_never_there_lets_nobody_in_and_blames_nobody()
    {
        var store = new LostStore { IsLost = true };
        await using var admin = await AdminClient.StartAsync(more: "keyStore: lost:x", services: s => s.AddSingleton<IKeyStoreKind>(store));
        (await admin.AskAsync("anything")).ShouldBe(503);
    }

    [Fact]
    public void A_key_is_found_by_all_of_its_hash()
    {
        var ring = new KeyRing(TimeProvider.System);
        var hash = System.Security.Cryptography.SHA256.HashData("tg-a"u8);
        ring.Load(KeyRecords.None with { Exist = true, Keys = KeyRecords.None.Keys.Add("key_1", new KeyRecord { Id = "key_1", Name = "a", Sha256 = [.. hash], Hint = "tg-a", Created = default, CreatedBy = "t" }) });
        ring.Find(Digest.Of("tg-a")).Caller!.KeyId.ShouldBe("key_1");
        var twin = (byte[])hash.Clone();
        twin[31] ^= 1; // the half by which it is looked up is the same
        ring.Find(Digest.From(twin)).Refusal!.Kind.ShouldBe(GatewayErrorKinds.Unauthenticated);
    }

    [Fact]
    public void Wrong_keys_cost_next_to_nothing()
    {
        var ring = new KeyRing(TimeProvider.System);
        var records = Enumerable.Range(0, 1000).Select(i => new KeyRecord { Id = "key_" + i, Name = "n" + i, Sha256 = [.. System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes("tg-" + i))], Hint = "", Created = default, CreatedBy = "t" });
        ring.Load(KeyRecords.None with { Exist = true, Keys = KeyRecords.None.Keys.AddRange(records.Select(r => KeyValuePair.Create(r.Id, r))) });
        ring.Find(Digest.Of("warm"));
        var wrong = new string('x', 67);
        Tollgate.Protocols.Tests.Allocations.Of(() =>
        {
            for (var i = 0; i < 10_000; i++) ring.Find(Digest.Of(wrong)).Caller.ShouldBeNull();
        }).ShouldBeLessThan(1000);
    }

    private static async Task<double> UpAsync(AdminClient admin) => ExpositionPage.Read(await admin.Gateway.Admin.GetByteArrayAsync("/metrics")).Value("tollgate_key_store_up");

    private sealed class LostStore : IKeyStore, IKeyStoreKind
    {
        private readonly Dictionary<(StoredKind, string), StoredRecord> _records = [];
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource _waited = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsLost { get; set; }

        public string Scheme => "lost";

        public Task Waited => _waited.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public IKeyStore Open(string address) => this;

        public void Change()
        {
            _waited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }

        public ValueTask<IReadOnlyList<StoredRecord>?> LoadAsync(CancellationToken cancellationToken) =>
            IsLost ? throw new IOException("the store is gone") : new ValueTask<IReadOnlyList<StoredRecord>?>([.. _records.Values]);

        public ValueTask<bool> WriteAsync(StoredRecord record, CancellationToken cancellationToken)
        {
            if (IsLost) throw new IOException("the store is gone");
            _records[(record.Kind, record.Id)] = record;
            return new ValueTask<bool>(true);
        }

        public ValueTask<bool> RemoveAsync(StoredKind kind, string id, long revision, CancellationToken cancellationToken) => new(_records.Remove((kind, id)));

        public Task ChangedAsync(CancellationToken cancellationToken)
        {
            var changed = _changed.Task; // before anybody who waits for this goes on and makes the change
            _waited.TrySetResult();
            return changed.WaitAsync(cancellationToken);
        }

        public ValueTask DisposeAsync() => default;
    }
}
