using Microsoft.Extensions.Logging.Abstractions;
using Tollgate.Configuration;
using Tollgate.Metering;
using Tollgate.Metering.Ledger;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Metering.Ledger;

/// <summary>Nothing that was taken over is lost, whatever the store does; and what cannot be taken over is not begun.</summary>
[Collection(nameof(LockedFiles))]
public sealed class UsageLedgerTests : IDisposable
{
    private static readonly CancellationToken Never = CancellationToken.None;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-ledger-");
    private readonly MemoryLedger _store = new();
    private readonly Limits.ManualTime _time = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Lines_are_written_many_at_a_time()
    {
        await using var ledger = Open(slots: 64);
        for (var i = 0; i < 50; i++) Close(ledger, Ticket(ledger));
        await ledger.FlushAsync(Never);
        _store.Lines.Count.ShouldBe(50);
        _store.Batches.Count.ShouldBeLessThanOrEqualTo(2);
        (ledger.InUse, ledger.Writer.Queued, ledger.Writer.Written).ShouldBe((0, 0, 50));
    }

    [Fact]
    public async Task Ids_are_the_ledgers_own_so_that_two_requests_of_one_name_are_two()
    {
        await using var ledger = Open(slots: 8);
        for (var i = 0; i < 2; i++) Close(ledger, Ticket(ledger), "the same");
        await ledger.FlushAsync(Never);
        _store.Lines.Count.ShouldBe(2);
    }

    [Fact]
    public async Task While_the_store_refuses_lines_are_kept_and_then_written_once_each()
    {
        await using var ledger = Open(slots: 8);
        _store.Refuses = true;
        for (var i = 0; i < 5; i++) Close(ledger, Ticket(ledger));
        var flushed = ledger.FlushAsync(Never);
        await _store.RefusedOnce;
        await _time.WhenArmedAsync(TimeSpan.FromMilliseconds(100));
        (ledger.Writer.Queued, ledger.Writer.Failures, ledger.Writer.Fault).ShouldBe((5, 1, "the disk is full"));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        await _time.WhenArmedAsync(TimeSpan.FromMilliseconds(200)); // longer each time
        ledger.Writer.OldestAge.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(100));
        _store.Refuses = false;
        _time.Advance(TimeSpan.FromMilliseconds(200));
        await flushed.WaitAsync(TimeSpan.FromSeconds(30));
        _store.Lines.Count.ShouldBe(5);
        (ledger.Writer.Fault, ledger.InUse).ShouldBe((null, 0));
    }

    [Fact]
    public async Task A_request_waits_for_a_place_and_is_refused_when_none_comes()
    {
        await using var ledger = Open(slots: 2);
        var first = Ticket(ledger);
        Ticket(ledger);
        ledger.TryOpen(out _).ShouldBeFalse();

        var waiting = ledger.OpenAsync(Never);
        waiting.IsCompleted.ShouldBeFalse();
        ledger.Release(first);
        (await waiting).ShouldNotBeNull();

        var refused = ledger.OpenAsync(Never).AsTask();
        await _time.WhenArmedAsync(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));
        (await refused).ShouldBeNull();
        ledger.Refused.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_waits_for_a_place_has_the_lines_written_that_hold_it()
    {
        await using var ledger = Open(slots: 2);
        for (var i = 0; i < 2; i++) Close(ledger, Ticket(ledger)); // the time in which others could join them does not pass
        (await ledger.OpenAsync(Never).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldNotBeNull();
        _store.Lines.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Few_lines_wait_for_others_and_not_for_long()
    {
        await using var ledger = Open(slots: 8);
        Close(ledger, Ticket(ledger));
        await _time.WhenArmedAsync(TimeSpan.FromMilliseconds(250));
        Close(ledger, Ticket(ledger));
        ledger.Writer.Queued.ShouldBe(2);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await WrittenAsync(ledger, 2);
        _store.Batches.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Many_lines_are_written_without_a_wait()
    {
        await using var ledger = Open(slots: 600);
        for (var i = 0; i < 600; i++) Close(ledger, Ticket(ledger)); // nor does it pass here
        await WrittenAsync(ledger, 512);
    }

    [Fact]
    public async Task Many_that_wait_for_few_places_all_get_one()
    {
        await using var ledger = Open(slots: 2);
        var served = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
        {
            var ticket = (ledger.TryOpen(out var free) ? free : await ledger.OpenAsync(Never)).ShouldNotBeNull();
            if (i % 3 == 0) await Task.Yield();
            Interlocked.Increment(ref served);
            ledger.Release(ticket);
        }).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        (served, ledger.InUse, ledger.Refused).ShouldBe((2000, 0, 0));
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_waits_is_no_refusal()
    {
        await using var ledger = Open(slots: 1);
        Ticket(ledger);
        using var left = new CancellationTokenSource();
        var waiting = ledger.OpenAsync(left.Token).AsTask();
        await left.CancelAsync();
        (await waiting).ShouldBeNull();
        ledger.Refused.ShouldBe(0);
    }

    [Fact]
    public async Task What_the_store_never_took_is_in_the_file_for_the_next_start()
    {
        _store.Refuses = true;
        var ledger = Open(slots: 8);
        Close(ledger, Ticket(ledger), "ended");
        var open = Ticket(ledger);
        ledger.Begin(open, Line(open, "under way").Values);
        _ = ledger.FlushAsync(Never);
        await _store.RefusedOnce;
        var closing = ledger.DisposeAsync().AsTask();
        while (!closing.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        await closing;
        using var file = SlotFile.TryOpen(Path.Combine(_folder.FullName, "a.slots"), 8).ShouldNotBeNull();
        file.ReadAll().Select(r => (SlotRecord.Read(r.Record)!.RequestId, r.IsSettled)).ShouldBe([("ended", true), ("under way", false)]);
    }

    [Fact]
    public async Task Strict_waits_for_the_disk_for_many_requests_at_once()
    {
        await using var ledger = Open(slots: 64, LedgerDurability.Strict);
        var waits = Enumerable.Range(0, 50).Select(_ =>
        {
            var ticket = Ticket(ledger);
            ledger.Begin(ticket, Line(ticket, "r").Values);
            return ledger.WhenSafe();
        }).ToArray();
        await Task.WhenAll(waits).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        waits.Distinct().Count().ShouldBeLessThan(50);
    }

    [Fact]
    public async Task A_line_whose_place_in_memory_is_used_again_has_nothing_of_the_one_before_it()
    {
        var store = new MemoryLedger { KeepsLines = false };
        await using var ledger = Open(slots: 8, store: store);
        var record = new RequestRecord { RequestId = "first", Client = "a", Team = "t", Status = 502, ErrorCode = "broken", UsageEstimated = true, Cost = 3, Usage = new() { Input = 1, CachedInput = 1, ServiceTier = "flex" } };
        record.Costs.Add(new("own", 1));
        ledger.Close(Ticket(ledger), record);
        await ledger.FlushAsync(Never);
        ledger.Close(Ticket(ledger), new RequestRecord { RequestId = "second", Status = 200 });
        await ledger.FlushAsync(Never);
        var (first, second) = (store.Lines[0], store.Lines[1]);
        (first.RequestId, first.Team, first.Error, first.Cost, first.Costs.Length, first.Usage.ServiceTier).ShouldBe(("first", "t", "broken", 3, 1, "flex"));
        second.ShouldBe(new UsageEntry { Id = second.Id, RequestId = "second", Start = default, Status = 200, Costs = second.Costs });
        second.Costs.ShouldBeEmpty();
        second.Id.ShouldNotBe(first.Id);
    }

    private UsageLedger Open(int slots, LedgerDurability durability = LedgerDurability.Relaxed, MemoryLedger? store = null) => new(
        store ?? _store,
        SlotFile.TryOpen(Path.Combine(_folder.FullName, "a.slots"), slots).ShouldNotBeNull(),
        new LedgerConfig { Kind = "memory", Durability = durability },
        instance: 42,
        _time,
        NullLogger.Instance);

    /// <summary>Without asking for it, which would have it done.</summary>
    private static async Task WrittenAsync(UsageLedger ledger, long least)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (ledger.Writer.Written < least) await Task.Delay(5, limit.Token);
    }

    private static LedgerTicket Ticket(UsageLedger ledger)
    {
        ledger.TryOpen(out var ticket).ShouldBeTrue();
        return ticket;
    }

    private static void Close(UsageLedger ledger, LedgerTicket ticket, string id = "r") => ledger.Close(ticket, Line(ticket, id), null);

    private static UsageEntry Line(LedgerTicket ticket, string id) => new() { Id = ticket.Id, RequestId = id, Start = DateTimeOffset.UnixEpoch };
}
