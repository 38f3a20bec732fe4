using Microsoft.Extensions.Logging;

namespace Tollgate.Redis;

/// <summary>Every log event of this project. Ids are stable: 50x are shared stores'.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(500, LogLevel.Warning, "The connection to Redis at {EndPoint} is lost: {Reason}. It is tried again and again")]
    internal static partial void Lost(ILogger logger, RedisEndPoint endPoint, string reason);

    [LoggerMessage(501, LogLevel.Information, "Redis at {EndPoint} is connected again")]
    internal static partial void Connected(ILogger logger, RedisEndPoint endPoint);
}
