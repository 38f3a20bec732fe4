using System.Globalization;
using Tollgate.Limits;
using Tollgate.Limits.Local;
using Tollgate.Limits.Local.Keeping;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Limits.Stores;

/// <summary>What was used of long spans is known to the next process, however the one before it ended.</summary>
[Collection(nameof(LockedFiles))]
public sealed class KeptCounterTests : IDisposable
{
    private static readonly CounterWindow Day = new(86_400, IsSliding: false);
    private static readonly CounterWindow[] Windows = [Day, new(0, IsSliding: false), new(86_400, IsSliding: true), new(3_600, IsSliding: true), new(0, IsSliding: true)];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-kept-");
    private readonly ManualTime _time = new();
    private readonly List<LocalCounterStore> _stores = [];
    private ulong _ids;

    public void Dispose()
    {
        foreach (var store in _stores) store.Leave();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whoever_starts_after_a_kill_knows_what_was_used(int seed)
    {
        var random = new Random(seed);
        var killed = Open(_folder.FullName);
        for (var i = 0; i < 3000; i++)
        {
            var claims = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Claim(random)).ToArray();
            var id = await ReserveAsync(killed, claims);
            if (random.Next(4) > 0) await killed.SettleAsync(id, claims, claims.Select(c => (long)random.Next(0, (int)c.Amount * 2)).ToArray());
            _time.Advance(TimeSpan.FromSeconds(random.Next(0, 900)));
        }

        _time.Advance(TimeSpan.FromMinutes(2)); // what nobody settled is over
        var next = Open(Copy());
        var sum = 0L;
        foreach (var window in Windows)
        {
            for (var subject = 0; subject < 12; subject++)
            {
                var bucket = Bucket(window, subject);
                var expected = await killed.ReadAsync(bucket, window, default);
                (await next.ReadAsync(bucket, window, default)).ShouldBe(expected, $"{bucket} {window}, seed {seed}");
                sum += expected!.Value;
            }
        }

        sum.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task What_was_reserved_and_not_settled_is_free_again()
    {
        var killed = Open(_folder.FullName);
        await UseAsync(killed, "a", 5);
        await ReserveAsync(killed, Of("a", 40));
        (await ReadAsync(killed, "a")).ShouldBe(45);
        (await ReadAsync(Open(Copy()), "a")).ShouldBe(5);
    }

    [Fact]
    public async Task Whoever_starts_beside_a_process_begins_with_what_that_has_used_and_the_next_one_with_the_most_of_both()
    {
        var old = Open(_folder.FullName);
        await UseAsync(old, "a", 5);
        var young = Open(_folder.FullName);
        (await ReadAsync(young, "a")).ShouldBe(5);
        await UseAsync(old, "a", 1);
        await UseAsync(young, "a", 30);
        await UseAsync(old, "b", 7);
        old.Leave();
        young.Leave();
        var next = Open(_folder.FullName);
        (await ReadAsync(next, "a"), await ReadAsync(next, "b")).ShouldBe((35L, 7L));
        Directory.GetFiles(_folder.FullName, CounterFile.Pattern).Length.ShouldBe(1, "what was taken over is deleted");
        next.Leave();
        (await ReadAsync(Open(_folder.FullName), "b")).ShouldBe(7, "and is kept on");
    }

    [Fact]
    public async Task What_has_left_its_span_is_forgotten_and_its_place_is_used_again()
    {
        var first = Open(_folder.FullName);
        for (var i = 0; i < 1000; i++) await UseAsync(first, "d1-" + i.ToString(CultureInfo.InvariantCulture), 1);
        first.Leave();
        var size = Size();
        _time.Advance(TimeSpan.FromDays(1));
        var second = Open(_folder.FullName);
        for (var i = 0; i < 1000; i++) await UseAsync(second, "d2-" + i.ToString(CultureInfo.InvariantCulture), 1);
        _time.Advance(TimeSpan.FromDays(1));
        for (var i = 0; i < 1000; i++) await UseAsync(second, "d3-" + i.ToString(CultureInfo.InvariantCulture), 1);
        Size().ShouldBe(size);
        second.Leave();
        var third = Open(_folder.FullName);
        (await ReadAsync(third, "d1-5"), await ReadAsync(third, "d2-5"), await ReadAsync(third, "d3-999")).ShouldBe((0L, 0L, 1L));
    }

    [Fact]
    public async Task Spans_of_minutes_are_not_kept()
    {
        var store = Open(_folder.FullName);
        BucketClaim[] claims = [new(new BucketId("limit", ""), new CounterWindow(60, false), 100, 5)];
        await store.SettleAsync(await ReserveAsync(store, claims), claims, new long[] { 5 });
        Size().ShouldBe(0);
    }

    [Fact]
    public async Task The_counter_of_those_who_found_none_is_kept_apart_from_the_only_one_of_a_limit()
    {
        var store = Open(_folder.FullName, most: 2);
        foreach (var subject in (string[])["a", "b", "c", "d"]) await UseAsync(store, subject, 5);
        var next = Open(Copy(), most: 2);
        (await ReadAsync(next, "a"), await ReadAsync(next, "")).ShouldBe((5L, 0L));
        var admission = await next.ReserveAsync(new ReservationId(2, 1), new[] { Of("e", 91) }, TimeSpan.FromMinutes(1), default);
        (admission.IsAdmitted, admission.Remaining).ShouldBe((false, 90L));
    }

    [Fact]
    public async Task Damaged_places_are_passed_over()
    {
        var store = Open(_folder.FullName);
        await UseAsync(store, "a", 5);
        await UseAsync(store, "b", 6);
        var copy = Copy();
        var path = Directory.GetFiles(copy, CounterFile.Pattern).Single();
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[352 + 3] ^= 1; // in the name of the first counter
        await File.WriteAllBytesAsync(path, bytes[..(bytes.Length - 100)], TestContext.Current.CancellationToken);
        var next = Open(copy);
        (await ReadAsync(next, "a"), await ReadAsync(next, "b")).ShouldBe((0L, 6L));
        await UseAsync(next, "a", 1);
        (await ReadAsync(next, "a")).ShouldBe(1);
    }

    private LocalCounterStore Open(string folder, int most = LocalCounterStore.Most)
    {
        var store = new LocalCounterStore(_time, most);
        CounterKeeping.Open(store, folder);
        _stores.Add(store);
        return store;
    }

    /// <summary>What the disk holds now, as a process finds it that starts after a kill.</summary>
    private string Copy()
    {
        var copy = _folder.CreateSubdirectory("copy-" + Guid.NewGuid().ToString("N"));
        foreach (var file in _folder.GetFiles(CounterFile.Pattern)) file.CopyTo(Path.Combine(copy.FullName, file.Name));
        return copy.FullName;
    }

    private long Size() => _folder.GetFiles(CounterFile.Pattern).Sum(file => file.Length);

    private async Task<ReservationId> ReserveAsync(LocalCounterStore store, params BucketClaim[] claims)
    {
        var id = new ReservationId(1, ++_ids);
        (await store.ReserveAsync(id, claims, TimeSpan.FromMinutes(1), default)).IsAdmitted.ShouldBeTrue();
        return id;
    }

    private async Task UseAsync(LocalCounterStore store, string subject, long amount)
    {
        BucketClaim[] claims = [Of(subject, amount)];
        await store.SettleAsync(await ReserveAsync(store, claims), claims, new[] { amount });
    }

    private static ValueTask<long?> ReadAsync(LocalCounterStore store, string subject) => store.ReadAsync(new BucketId("limit", subject), Day, default);

    private static BucketClaim Of(string subject, long amount) => new(new BucketId("limit", subject), Day, 100, amount);

    private static BucketId Bucket(CounterWindow window, int subject) => new("of " + window.Seconds, "subject ü " + subject);

    private static BucketClaim Claim(Random random)
    {
        var window = Windows[random.Next(Windows.Length)];
        return new BucketClaim(Bucket(window, random.Next(12)), window, long.MaxValue / 4, random.Next(1, 50));
    }
}
