namespace Tollgate.Redis;

/// <summary>A command in the wire's form.</summary>
/// <param name="Bytes">An array of bulk strings.</param>
/// <param name="Group">Of its keys, see <see cref="IRedis.GroupOf"/>; negative: it has none and can go to any node.</param>
internal readonly record struct RedisCommand(ReadOnlyMemory<byte> Bytes, int Group = -1);
