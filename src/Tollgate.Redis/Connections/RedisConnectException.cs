namespace Tollgate.Redis.Connections;

/// <summary>There is no connection. The message says why and never holds a secret.</summary>
internal sealed class RedisConnectException(string message, Exception? inner = null) : Exception(message, inner);
