using Npgsql;
using Tollgate.Limits.Local;
using Tollgate.Postgres.Counters;

namespace Tollgate.Postgres.Tests.Counters;

/// <summary>What a gateway leaves in the database when it dies: its last report, and a lease.</summary>
internal sealed class DeadGateway(string url)
{
    private readonly Guid _id = Guid.NewGuid();

    internal async Task LeaveAsync(long settled, long held, long rest)
    {
        await using var table = new LeaseTable(Open(), "t-1", _id) { Life = TimeSpan.FromMinutes(10) };
        var now = await table.EnsureAsync(default);
        var slot = new SlotScale(Claims.Day).At((now - DateTime.UnixEpoch).Ticks);
        var use = new SlotUse(slot, settled, held, now.AddDays(2));
        var grant = await table.RenewAsync(new LeaseReport(CounterName.Of(Claims.Of("a", 0, 0).Bucket, Claims.Day), [use], slot - 20, settled + held + rest, 0, rest, WantsMore: true), default);
        grant.Rest.ShouldBe(rest);
    }

    /// <summary>The lease is over now.</summary>
    internal async Task RunOutAsync()
    {
        await using var source = Open();
        await using var command = source.CreateCommand("UPDATE \"t-1_leases\" SET expires = clock_timestamp() WHERE gateway = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = _id });
        (await command.ExecuteNonQueryAsync()).ShouldBe(1);
    }

    private NpgsqlDataSource Open()
    {
        var address = new Uri(url);
        return NpgsqlDataSource.Create($"Host={address.Host};Port={address.Port};Username=postgres;Database={address.AbsolutePath.Trim('/')}");
    }
}
