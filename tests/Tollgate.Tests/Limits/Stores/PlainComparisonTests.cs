using Tollgate.Limits;
using Tollgate.Limits.Local;

namespace Tollgate.Tests.Limits.Stores;

/// <summary>Every answer of the counters in memory against the plainest implementation, over spans that begin and end.</summary>
public sealed class PlainComparisonTests
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(20);
    private static readonly CounterWindow[] Windows = [new(1, false), new(60, false), new(3600, false), new(0, false), new(1, true), new(60, true), new(3600, true)];

    private readonly ManualTime _time = new();
    private readonly PlainCounters _plain = new();
    private readonly List<(ReservationId Id, BucketClaim[] Claims)> _open = [];
    private ulong _ids;

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public async Task Decides_as_a_list_of_everything_would(int seed)
    {
        var random = new Random(seed);
        var store = new LocalCounterStore(_time);
        var (admitted, refused) = (0, 0);
        for (var i = 0; i < 700; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(3) == 0 ? random.Next(4000) : random.Next(40)));
            if (await ReserveAsync(store, random)) admitted++;
            else refused++;
            if (_open.Count > 6 || random.Next(3) == 0) await SettleAsync(store, random);
        }

        admitted.ShouldBeGreaterThan(50);
        refused.ShouldBeGreaterThan(50);
    }

    private async Task<bool> ReserveAsync(LocalCounterStore store, Random random)
    {
        var claims = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(Windows.Length)).Distinct()
            .Select(w => new BucketClaim(new BucketId("w" + w, ""), Windows[w], 100, random.Next(0, 40))).ToArray();
        var now = _time.GetUtcNow();
        var id = new ReservationId(1, ++_ids);
        var admission = await store.ReserveAsync(id, claims, TimeToLive, default);
        if (admission.IsAdmitted)
        {
            claims.ShouldAllBe(c => Least(c, now) + c.Amount <= c.Limit);
            _plain.Reserve(id, claims, now, TimeToLive);
            _open.Add((id, claims));
        }
        else
        {
            claims.ShouldContain(c => Most(c, now) + c.Amount > c.Limit);
        }

        foreach (var claim in claims) (await store.ReadAsync(claim.Bucket, claim.Window, default)).ShouldNotBeNull().ShouldBeInRange(Least(claim, now), Most(claim, now));
        return admission.IsAdmitted;
    }

    private async Task SettleAsync(LocalCounterStore store, Random random)
    {
        if (_open.Count == 0) return;
        var (id, claims) = _open[random.Next(_open.Count)];
        _open.RemoveAll(o => o.Id == id);
        if (random.Next(8) == 0) return; // forgotten
        var used = claims.Select(c => random.NextInt64(c.Amount + 4)).ToArray();
        await store.SettleAsync(id, claims, used);
        _plain.Settle(id, claims, used, _time.GetUtcNow());
    }

    /// <summary>In a sliding span exactly the span; what the store says is never less.</summary>
    private long Least(BucketClaim claim, DateTimeOffset now) => _plain.Taken(claim.Bucket, claim.Window, now, claim.Window.IsSliding ? TimeSpan.FromSeconds(claim.Window.Seconds) : null);

    /// <summary>And never more than what a span longer by a twentieth has.</summary>
    private long Most(BucketClaim claim, DateTimeOffset now) => _plain.Taken(claim.Bucket, claim.Window, now, claim.Window.IsSliding ? TimeSpan.FromSeconds(claim.Window.Seconds * 1.05) : null);
}
