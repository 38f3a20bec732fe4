using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace Tollgate.Telemetry;

/// <summary>
/// Whether the process still gets to its work: twice a second something falls due, and how long it then waits for a thread is measured.
/// A pool whose threads are all held up lets it wait as it lets requests wait, though no processor is busy.
/// </summary>
internal sealed class ThreadPoolWatch : IHostedService, IDisposable
{
    internal static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private static readonly double[] Bounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly TimeProvider _time;
    private readonly Meter _meter;
    private readonly Histogram<double> _delay;
    private readonly ITimer _timer;
    private long _armed;

    /// <param name="time">Its timers fire on the thread pool that is watched.</param>
    /// <param name="factory">Owner of the meter; null makes one that this object owns.</param>
    public ThreadPoolWatch(TimeProvider time, IMeterFactory? factory = null)
    {
        _time = time;
        _meter = factory is null ? new Meter(GatewayMetrics.MeterName) : factory.Create(new MeterOptions(GatewayMetrics.MeterName));
        _delay = _meter.CreateHistogram("tollgate.thread_pool.delay", "s", "How long something that was due waited for a thread.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });
        _meter.CreateObservableGauge("tollgate.thread_pool.queue_length", static () => ThreadPool.PendingWorkItemCount, "{item}", "Work that waits for a thread.");
        _meter.CreateObservableGauge("tollgate.thread_pool.threads", static () => ThreadPool.ThreadCount, "{thread}", "Threads of the pool.");
        _timer = time.CreateTimer(static watch => ((ThreadPoolWatch)watch!).Measure(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Arm();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _timer.Dispose();
        _meter.Dispose();
    }

    // One at a time: a periodic timer would queue up behind a held-up pool and measure the same wait several times.
    private void Arm()
    {
        Volatile.Write(ref _armed, _time.GetTimestamp());
        _timer.Change(Period, Timeout.InfiniteTimeSpan);
    }

    private void Measure()
    {
        var late = _time.GetElapsedTime(Volatile.Read(ref _armed)) - Period;
        _delay.Record(Math.Max(0, late.TotalSeconds));
        Arm();
    }
}
