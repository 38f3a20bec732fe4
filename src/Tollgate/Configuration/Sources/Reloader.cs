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

    /// <summary>Loads now. False when the new configuration was refused.</summary>
    internal bool Reload()
    {
        lock (_lock)
        {
            var loaded = source.Load();
            var problems = loaded.Problems.ToList();
            var before = models.Current.Config;
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
            if (Fixed(before) != Fixed(config))
            {
                Log.ConfigWarning(logger, "listen, admin and prefixes take effect at the next start");
            }

            Log.ConfigLoaded(logger, source.Name, config.Providers.Length, config.Models.Length, models.Current.Generation);
            return true;
        }
    }

    /// <summary>What a running process cannot change, as one text to compare.</summary>
    private static string Fixed(GatewayConfig config) => $"{string.Join(' ', config.Listen)} {config.Admin} {config.Prefixes}";

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
