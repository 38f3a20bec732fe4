using Npgsql;
using Tollgate.Limits.Local;
using Tollgate.Postgres.Counters;

namespace Tollgate.Postgres.Tests.Counters;

/// <summary>What a gateway leaves in the database when it dies: its last report, and a lease.</summary>
internal sealed class DeadGateway(string url)
{
    internal async Task LeaveAsync(long settled, long held, long rest, TimeSpan life)
    {
        var address = new Uri(url);
        await using var table = new LeaseTable(NpgsqlDataSource.Create($"Host={address.Host};Port={address.Port};Username=postgres;Database={address.AbsolutePath.Trim('/')}"), "t-1", Guid.NewGuid()) { Life = life };
        var now = await table.EnsureAsync(default);
        var slot = new SlotScale(Claims.Day).At((now - DateTime.UnixEpoch).Ticks);
        var use = new SlotUse(slot, settled, held, now.AddDays(2));
        var grant = await table.RenewAsync(new LeaseReport(CounterName.Of(Claims.Of("a", 0, 0).Bucket, Claims.Day), [use], slot - 20, settled + held + rest, 0, rest, WantsMore: true), default);
        grant.Rest.ShouldBe(rest);
    }
}
