using Microsoft.Extensions.Logging;

namespace Tollgate.Redis;

/// <summary>Every log event of this project. Ids are stable: 50x are shared stores'.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(500, LogLevel.Warning, "The connection to Redis at {EndPoint} is lost: {Reason}. It is tried again and again")]
    internal static partial void Lost(ILogger logger, RedisEndPoint endPoint, string reason);

    [LoggerMessage(501, LogLevel.Information, "Redis at {EndPoint} is connected again")]
    internal static partial void Connected(ILogger logger, RedisEndPoint endPoint);

    [LoggerMessage(502, LogLevel.Error, "{Lost} settlements could not be counted in the shared store ({Reason}): their reservations end by themselves, and what they used is missing there")]
    internal static partial void SettlementsLost(ILogger logger, long lost, string reason);

    [LoggerMessage(503, LogLevel.Warning, "The shared counters cannot be asked: {Reason}")]
    internal static partial void Unasked(ILogger logger, string reason);
}
