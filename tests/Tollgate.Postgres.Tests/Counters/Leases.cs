using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tollgate.Postgres.Counters;

namespace Tollgate.Postgres.Tests.Counters;

/// <summary>Stores in few words.</summary>
internal static class Leases
{
    /// <summary>A gateway's store. Leases are short, so that what happens at their end happens soon.</summary>
    internal static PostgresCounterStore Store(string url, double life = 10) =>
        new(new LeaseTable(Source(url), "t-1", Guid.NewGuid()) { Life = TimeSpan.FromSeconds(life) }, TimeProvider.System, TimeSpan.FromSeconds(30), NullLogger.Instance);

    internal static NpgsqlDataSource Source(string url)
    {
        var address = new Uri(url);
        return NpgsqlDataSource.Create($"Host={address.Host};Port={address.Port};Username=postgres;Database={address.AbsolutePath.Trim('/')};Maximum Pool Size=8");
    }
}
