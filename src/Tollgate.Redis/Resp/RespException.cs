namespace Tollgate.Redis.Resp;

/// <summary>What was sent is not RESP, or more than is taken: the connection cannot go on.</summary>
internal sealed class RespException(string message) : Exception(message);
