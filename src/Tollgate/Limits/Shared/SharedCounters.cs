using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tollgate.Configuration;
using Tollgate.Model;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Limits.Shared;

/// <summary>The shared counters of the configuration that the process began with.</summary>
internal sealed class SharedCounters : IAsyncDisposable
{
    private readonly SharedCounterMetrics? _metrics;
    private readonly OutageStore? _store;

    /// <exception cref="ConfigurationException">No package that is added can make them.</exception>
    public SharedCounters(IServiceProvider services)
    {
        if (services.GetRequiredService<ModelStore>().Current.Config.Stores.Counters is not { } config) return;
        var kind = services.GetServices<CounterKind>().FirstOrDefault(kind => kind.Serves(config.Kind))
            ?? throw new ConfigurationException([new ConfigProblem(config.Place, "stores.counters names a server that nothing here can speak to: add its package, AddTollgateRedis() or AddTollgatePostgres()")]);
        var time = services.GetRequiredService<TimeProvider>();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Tollgate.Stores");
        var counters = kind.Create(config, new CounterSurroundings(time, services.GetRequiredService<Chance>().Next, logger) { Opener = services.GetService<WireOpener>() });
        _metrics = new SharedCounterMetrics(counters, services.GetService<IMeterFactory>());
        _store = new OutageStore(counters, config, time, _metrics);
    }

    /// <summary>Null: the configuration names none.</summary>
    internal ICounterStore? Store => _store;

    public async ValueTask DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync().ConfigureAwait(false);
        _metrics?.Dispose();
    }
}
