using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tollgate.Hosting;
using Tollgate.Metering.Ledger;
using Tollgate.Model;
using Tollgate.Telemetry;

namespace Tollgate.Limits.Local.Keeping;

/// <summary>
/// Puts the counters of long spans into a file of the state directory, and takes over what a process before this one has left there, before the
/// gateway listens. Without a state directory they begin anew with each start.
/// </summary>
internal sealed class CounterKeeping(LocalCounterStore store, ModelStore models, ILogger<CounterKeeping> logger, StateDirectory? state = null) : IHostedService, IDisposable
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var config = models.Current.Config;
        if (config.StateDir is null && state is null) return Task.CompletedTask;
        try
        {
            var folder = StateFolder.Make(config, state);
            var taken = Open(store, folder);
            if (taken > 0) Log.CountersTakenOver(logger, taken, folder);
        }
        catch (Exception e) when (e is LedgerException or IOException or UnauthorizedAccessException)
        {
            Log.CountersNotKept(logger, e.Message);
        }

        return Task.CompletedTask;
    }

    /// <summary>What is broken off by the stop is still settled.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => store.Leave();

    /// <summary>Lets a store go on where the processes of a folder are, or were.</summary>
    /// <returns>Counters that were taken over.</returns>
    internal static int Open(LocalCounterStore store, string folder)
    {
        var file = CounterFile.Claim(folder);
        var taken = store.Keep(file);

        // A process before this one may still be ending its requests, or several may have run at once: the most that one of them has counted is used.
        foreach (var other in Directory.GetFiles(folder, CounterFile.Pattern))
        {
            if (string.Equals(other, file.Path, StringComparison.Ordinal)) continue;
            try
            {
                taken += store.Merge(CounterFile.ReadOther(other));
                CounterFile.DeleteIfLeft(other);
            }
            catch (IOException)
            {
                // It went in this moment, or the system lets nobody else read it.
            }
        }

        return taken;
    }
}
