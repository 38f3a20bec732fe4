using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Configuration;
using Tollgate.Epoll.Dialing;
using Tollgate.Epoll.Listening;
using Tollgate.Epoll.Loops;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Epoll;

/// <summary>Adds the sockets of Linux to a gateway.</summary>
public static class EpollServices
{
    /// <summary>
    /// Clients are listened to, and providers called, by a few threads that poll with epoll. For a <see cref="Hosting.GatewayHost"/>: an
    /// application of which the gateway is a part has Kestrel's sockets. Elsewhere than on Linux, on x64 or arm64, nothing is changed.
    /// </summary>
    /// <param name="services">Of the host.</param>
    /// <param name="environment">The environment; <c>TOLLGATE_LOOPS</c> is the number of threads, 0 for none. Null: one for each processor.</param>
    /// <exception cref="ConfigurationException">The environment asks for something that cannot be.</exception>
    public static IServiceCollection AddTollgateEpoll(this IServiceCollection services, Func<string, string?>? environment = null)
    {
        var settings = EpollSettings.Read(environment ?? (static _ => null));
        if (settings.Loops == 0) return services;
        return services
            .AddSingleton(p => new LoopGroup(settings.Loops, p.GetService<IMeterFactory>()))
            .AddSingleton<WireOpener, EpollOpener>()
            .AddSingleton<IConnectionListenerFactory, EpollListenerFactory>();
    }
}
