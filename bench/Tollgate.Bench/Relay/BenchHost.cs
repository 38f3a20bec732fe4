using Microsoft.Extensions.DependencyInjection;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Epoll;
using Tollgate.Hosting;
using Tollgate.Metering;
using Tollgate.Redis;
using Tollgate.Sqlite;
using Tollgate.Telemetry;

namespace Tollgate.Bench.Relay;

/// <summary>A whole gateway on Kestrel, in this process. Its access log is on and goes nowhere.</summary>
internal static class BenchHost
{
    /// <param name="yaml">Its configuration without the listeners, which are added.</param>
    /// <param name="services">More services.</param>
    /// <exception cref="InvalidOperationException">The configuration has mistakes.</exception>
    internal static async Task<GatewayHost> StartAsync(string yaml, Action<IServiceCollection>? services = null)
    {
        var loaded = ConfigLoader.Parse("listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\n" + yaml, "bench.yaml", new ConfigContext(_ => null, Catalogue.Default));
        var config = loaded.Config ?? throw new InvalidOperationException(string.Join('\n', loaded.Problems));
        var host = GatewayHost.Create(s =>
        {
            services?.Invoke(s);
            s.AddTollgateEpoll(); // as the command does
            s.AddTollgate(config);
            s.AddTollgateSqlite();
            s.AddTollgateRedis();
            s.AddSingleton(p => new AccessLog(Stream.Null, config.AccessLog, TimeProvider.System, p.GetRequiredService<GatewayMetrics>().AccessLogDropped));
        });
        await host.StartAsync();
        return host;
    }
}
