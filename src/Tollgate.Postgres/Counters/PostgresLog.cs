using Microsoft.Extensions.Logging;

namespace Tollgate.Postgres.Counters;

/// <summary>Log events of counters in PostgreSQL. Ids are stable: 51x.</summary>
internal static partial class PostgresLog
{
    [LoggerMessage(510, LogLevel.Warning, "The shared counters in PostgreSQL cannot be asked: {Reason}. It is tried again each second")]
    internal static partial void CountersAway(ILogger logger, string reason);

    [LoggerMessage(511, LogLevel.Information, "The shared counters in PostgreSQL can be asked again")]
    internal static partial void CountersBack(ILogger logger);
}
