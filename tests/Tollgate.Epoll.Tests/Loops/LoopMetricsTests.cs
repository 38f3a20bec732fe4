using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Epoll.Loops;
using Tollgate.Telemetry;

namespace Tollgate.Epoll.Tests.Loops;

/// <summary>Code that blocks on a loop shows: no thread of the pool waits for it.</summary>
public sealed class LoopMetricsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ConcurrentDictionary<string, long> _told = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly LoopGroup _loops;

    public LoopMetricsTests()
    {
        var owner = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == GatewayMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, owner)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _told[instrument.Name] = value);
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => _told[instrument.Name] = value);
        _listener.Start();
        _loops = new LoopGroup(2, owner);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _loops.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task A_loop_that_is_blocked_is_counted_when_another_thread_has_taken_it_over()
    {
        using var freed = new ManualResetEventSlim();
        using var blocked = new ManualResetEventSlim();
        using var pair = SocketPair.Open(_loops[1]);
        var blocking = BlockAsync(pair, blocked, freed);
        SpinWait.SpinUntil(() => Told("tollgate.loops.threads") is >= 2 and var threads && threads <= 2 + Told("tollgate.loops.takeovers"), TimeSpan.FromSeconds(30)).ShouldBeTrue(); // a machine without a free processor may already have needed more
        var before = Told("tollgate.loops.takeovers");
        pair.Far.Send("x"u8);
        blocked.Wait(TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => Told("tollgate.loops.takeovers") > before, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        Told("tollgate.loops.threads").ShouldBeGreaterThan(2);
        freed.Set();
        await blocking.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void It_is_told_among_how_many_connections_are_divided() => Told("tollgate.loops.active").ShouldBe(1, "nothing is to be done");

    private long Told(string instrument)
    {
        _listener.RecordObservableInstruments();
        return _told[instrument];
    }

    private static async Task BlockAsync(SocketPair pair, ManualResetEventSlim blocked, ManualResetEventSlim freed)
    {
        await pair.Near.Receiver.ReceiveAsync(new byte[1]).ConfigureAwait(false);
        blocked.Set();
        freed.Wait(TimeSpan.FromSeconds(60));
    }
}
