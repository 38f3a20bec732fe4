using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Telemetry;

namespace Tollgate.Hosting;

/// <summary>
/// How the process ends: for a while it goes on accepting, so that load balancers notice; then it accepts nothing, and what runs ends by itself
/// or, when that takes too long, with an error in the client's dialect.
/// </summary>
internal sealed class Drain(ModelStore models, GatewayMetrics metrics, TimeProvider time, ILogger<Drain> logger)
{
    private static readonly TimeSpan DefaultMax = TimeSpan.FromMinutes(10);

    // For the errors to reach their clients; a client that takes none is cut off.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private readonly ConcurrentBag<WeakReference<GatewayRequest>> _requests = [];
    private volatile bool _hasBegun;

    /// <summary>True once the process was told to end: answers ask clients to connect anew, which then leads elsewhere.</summary>
    internal bool HasBegun => _hasBegun;

    /// <summary>Knows a pooled request for as long as it lives, so that no request pays for being found at the end.</summary>
    internal void Watch(GatewayRequest request) => _requests.Add(new WeakReference<GatewayRequest>(request));

    /// <summary>Ends when everything has ended.</summary>
    /// <param name="stop">Stops accepting and waits for what runs; cancelled: breaks the connections.</param>
    /// <param name="hurry">Cancelled: nothing is waited for.</param>
    internal async Task RunAsync(Func<CancellationToken, Task> stop, CancellationToken hurry)
    {
        _hasBegun = true;
        var config = models.Current.Config.Drain;
        Log.ShutdownStarted(logger, metrics.ActiveRequests);
        if (config.Delay > TimeSpan.Zero) await WaitAsync(config.Delay, hurry).ConfigureAwait(false);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(hurry);
        var stopped = stop(cut.Token);
        if (!await EndsWithinAsync(stopped, config.Max ?? DefaultMax, hurry).ConfigureAwait(false))
        {
            Log.ShutdownCutsOff(logger, metrics.ActiveRequests);
            BreakOff();
            if (!await EndsWithinAsync(stopped, Farewell, hurry).ConfigureAwait(false)) await cut.CancelAsync().ConfigureAwait(false);
        }

        try
        {
            await stopped.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            // As told.
        }

        Log.ShutdownFinished(logger);
    }

    private void BreakOff()
    {
        foreach (var reference in _requests)
        {
            if (reference.TryGetTarget(out var request)) request.Clock?.BreakOff();
        }
    }

    /// <summary>Also when hurried, true: the stop is then cancelled, and ends.</summary>
    private async Task<bool> EndsWithinAsync(Task task, TimeSpan limit, CancellationToken hurry)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(hurry);
        var ended = await Task.WhenAny(task, Task.Delay(limit, time, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        return ended == task || hurry.IsCancellationRequested;
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken hurry) =>
        await Task.Delay(wait, time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
