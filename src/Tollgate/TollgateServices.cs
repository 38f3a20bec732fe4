using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Tollgate.Admin;
using Tollgate.Authentication;
using Tollgate.Authentication.Jwt;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Credentials;
using Tollgate.Endpoints;
using Tollgate.Endpoints.Lanes;
using Tollgate.Endpoints.Usage;
using Tollgate.Hosting;
using Tollgate.Keys;
using Tollgate.Limits;
using Tollgate.Limits.Admitting;
using Tollgate.Limits.Local;
using Tollgate.Limits.Local.Keeping;
using Tollgate.Limits.Reading;
using Tollgate.Limits.Shared;
using Tollgate.Metering;
using Tollgate.Metering.Ledger;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Pipeline.Fetching;
using Tollgate.Routing.Health;
using Tollgate.Routing.LoadBalancing;
using Tollgate.Telemetry;
using Tollgate.Telemetry.Tracing;
using Tollgate.Upstreams;
using Tollgate.Upstreams.Http1;

namespace Tollgate;

/// <summary>Adds the gateway to an application's services.</summary>
public static class TollgateServices
{
    /// <summary>Adds the gateway with a configuration made in code.</summary>
    /// <exception cref="ConfigurationException">When the services are built: it does not compile.</exception>
    public static IServiceCollection AddTollgate(this IServiceCollection services, GatewayConfig config) =>
        services.AddTollgate(_ => new FixedSource(config));

    /// <summary>Adds the gateway with a configuration file, read again when it changes.</summary>
    /// <exception cref="ConfigurationException">When the services are built: the file has mistakes.</exception>
    public static IServiceCollection AddTollgate(this IServiceCollection services, string file) =>
        services.AddTollgate(p => new FileSource(file, p.GetRequiredService<ConfigContext>()));

    /// <summary>Adds the gateway with whatever provider keys the environment has.</summary>
    public static IServiceCollection AddTollgate(this IServiceCollection services) =>
        services.AddTollgate(p => new DiscoverySource(p.GetRequiredService<ConfigContext>()));

    internal static IServiceCollection AddTollgate(this IServiceCollection services, Func<IServiceProvider, ConfigSource> source)
    {
        services.AddRouting();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static _ => Catalogue.Default);
        services.TryAddSingleton(p => new ConfigContext(Environment.GetEnvironmentVariable, p.GetRequiredService<Catalogue>()) { Format = p.GetService<ConfigFormat>() });
        services.TryAddSingleton(new Chance());
        services.AddSingleton(source);
        services.AddSingleton(p => new ConnectionPools(p.GetServices<IInProcessProvider>(), p.GetRequiredService<TimeProvider>(), p.GetService<WireOpener>()));
        services.AddSingleton(p => new StateShelf(p.GetRequiredService<TimeProvider>(), p.GetRequiredService<Chance>().Next, p.GetRequiredService<ILoggerFactory>().CreateLogger("Tollgate.Routing")));
        services.AddSingleton<Renewals>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<KeySetShelf>();
        services.AddSingleton<AuthenticationState>();
        services.AddSingleton<ModelCompiler>();
        services.AddSingleton(Load);
        services.AddSingleton<Reloader>();
        services.AddHostedService(p => p.GetRequiredService<Reloader>());
        services.AddHostedService<HealthProber>();
        services.AddSingleton<KeyRoom>();
        services.AddHostedService(p => p.GetRequiredService<KeyRoom>());
        services.TryAddSingleton(p => new KeyStoreMetrics(p.GetRequiredService<KeyRoom>(), p.GetRequiredService<KeyRing>(), p.GetService<IMeterFactory>()));
        return services.AddPipeline();
    }

    private static IServiceCollection AddPipeline(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton<GatewayMetrics>();
        services.TryAddSingleton(p => new BackendMetrics(p.GetRequiredService<StateShelf>(), p.GetService<IMeterFactory>()));
        services.AddSingleton<LedgerDesk>();
        services.AddSingleton<AdminUsage>();
        services.AddSingleton<ClientUsage>();
        services.AddHostedService<CounterKeeping>();
        services.AddHostedService<LedgerService>();
        services.TryAddSingleton(p => new LedgerMetrics(p.GetRequiredService<LedgerDesk>(), p.GetService<IMeterFactory>()));
        services.AddHostedService(p => new ThreadPoolWatch(TimeProvider.System, p.GetService<IMeterFactory>())); // the real clock: it is the process that is measured
        services.TryAddSingleton(p => new PrometheusExporter(PrometheusExporter.DefaultMeters, p.GetService<IMeterFactory>()));
        services.TryAddSingleton(p => new AccessLog(
            Console.OpenStandardOutput(),
            p.GetRequiredService<ModelStore>().Current.Config.AccessLog,
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<GatewayMetrics>().AccessLogDropped,
            chance: p.GetRequiredService<Chance>().Next,
            also: p.GetService<IAccessLineSink>()));
        services.TryAddSingleton(p => TracingEnvironment.Read(p.GetRequiredService<ConfigContext>().Environment));
        services.AddSingleton<Tracer>();
        services.TryAddSingleton<LogLevelSwitch>();
        services.AddSingleton(p => new RequestIds(p.GetRequiredService<Chance>().Next));
        services.AddLimits();
        services.AddSingleton(p => new Router(p.GetRequiredService<Chance>().Next));
        services.AddSingleton(new ResponseOwners());
        services.AddSingleton<ResponseRelay>();
        services.TryAddSingleton<IOutsideNetwork, SocketNetwork>();
        services.AddSingleton(p => new MediaFetcher(p.GetRequiredService<IOutsideNetwork>()));
        services.AddSingleton<FetchStep>();
        services.AddSingleton<AttemptExecutor>();
        services.AddSingleton<Attempts>();
        services.AddSingleton<RequestPool>();
        services.AddSingleton<AttemptLoop>();
        services.AddSingleton<JsonLane>();
        services.AddSingleton<MultipartLane>();
        services.AddSingleton<ForwardLane>();
        services.AddSingleton<StoredResponseLane>();
        services.AddSingleton<RealtimeLane>();
        services.AddSingleton<LaneSet>();
        services.AddSingleton<ExactPaths>();
        services.AddSingleton<Drain>();
        services.AddSingleton(p => new BootstrapToken(p.GetService<StateDirectory>(), p.GetRequiredService<ILogger<BootstrapToken>>()));
        services.AddSingleton<AdminDoor>();
        services.AddSingleton<KeyResource>();
        services.AddSingleton<GroupResource>();
        services.AddSingleton<LimitResource>();
        services.AddSingleton<AdminApi>();
        services.AddSingleton<Gateway>();
        return services;
    }

    private static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddSingleton(p => new LocalCounterStore(p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SharedCounters>();
        services.TryAddSingleton<ICounterStore>(p => p.GetRequiredService<SharedCounters>().Store!); // none where the configuration names none
        services.AddSingleton(p => new CounterStores(p.GetRequiredService<LocalCounterStore>(), p.GetService<ICounterStore>()));
        services.AddSingleton<LimitReader>();
        services.AddSingleton(p => new ReservationIds(p.GetRequiredService<Chance>().Next));
        services.TryAddSingleton(p => new LimitMetrics(p.GetRequiredService<CounterStores>(), p.GetService<IMeterFactory>()));
        services.AddSingleton<Admissions>();
        services.AddSingleton<RouteWithRoom>();
        return services;
    }

    private static ModelStore Load(IServiceProvider services)
    {
        var store = new ModelStore(services.GetRequiredService<ModelCompiler>());
        var renewals = services.GetRequiredService<Renewals>();
        store.Changed += model => renewals.Adopt(model.Identities);
        var authentication = services.GetRequiredService<AuthenticationState>();
        store.Changed += model => authentication.Adopt(model.Config, model.Clients);
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Tollgate.Configuration");
        var loaded = services.GetRequiredService<ConfigSource>().Load();
        var problems = loaded.Problems.ToList();
        if (loaded.Config is null || !store.TryLoad(loaded.Config, problems)) throw new ConfigurationException(problems);
        foreach (var warning in problems) Log.ConfigWarning(logger, warning.ToString());
        services.GetRequiredService<GatewayMetrics>().ConfigLoaded(store.Current.Generation);
        return store;
    }
}
