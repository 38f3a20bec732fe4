using Microsoft.Extensions.DependencyInjection;
using Tollgate.Limits.Shared;
using Tollgate.Redis.Counters;

namespace Tollgate.Redis;

/// <summary>Registers counters in Redis.</summary>
public static class RedisServices
{
    /// <summary>Lets <c>stores.counters</c> be an address of Redis: limits with <c>store: shared</c> are counted there.</summary>
    /// <param name="services">The application's services.</param>
    public static IServiceCollection AddTollgateRedis(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddSingleton<CounterKind, RedisKind>();
    }
}
