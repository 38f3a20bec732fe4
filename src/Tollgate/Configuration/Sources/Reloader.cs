using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tollgate.Metering;
using Tollgate.Model;
using Tollgate.Telemetry;

namespace Tollgate.Configuration.Sources;

/// <summary>Loads the configuration again when it changes or when it is told to. A broken one is reported, and the last good one stays.</summary>
internal sealed class Reloader(ConfigSource source, ModelStore models, AccessLog log, GatewayMetrics metrics, LogLevelSwitch level, TimeProvider time, ILogger<Reloader> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private GatewayConfig? _started;

    /// <summary>Loads now. False when the new configuration was refused.</summary>
    internal bool Reload()
    {
        lock (_lock)
        {
            var loaded = source.Load();
            var problems = loaded.Problems.ToList();
            _started ??= models.Current.Config;
            var accepted = loaded.Config is not null && models.TryLoad(loaded.Config, problems);
            foreach (var problem in problems) Log.ConfigWarning(logger, problem.ToString());
            if (!accepted)
            {
                metrics.ConfigRejected();
                Log.ConfigRejected(logger, source.Name, problems.Count(p => p.IsError));
                return false;
            }

            var config = models.Current.Config;
            metrics.ConfigLoaded(models.Current.Generation);
            log.Configure(config.AccessLog);
            level.Level = config.Telemetry.LogLevel;
            if (FixedSettings.Changed(_started, config) is { Count: > 0 } changed)
            {
                Log.ConfigWarning(logger, $"{string.Join(", ", changed)}: what was changed there takes effect at the next start; until then this process goes on with what it started with");
            }

            Log.ConfigLoaded(logger, source.Name, config.Providers.Length, config.Models.Length, models.Current.Generation);
            return true;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                if (source.HasChanged()) Reload();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
