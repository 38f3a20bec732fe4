using Tollgate.Telemetry;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Telemetry;

/// <summary>Whether the process gets to its work.</summary>
public sealed class ThreadPoolWatchTests
{
    [Fact]
    public async Task What_is_measured_is_how_late_something_that_was_due_began()
    {
        using var factory = MeasurementList.NewFactory();
        using var measured = new MeasurementList(factory);
        var time = new ManualTime();
        using var watch = new ThreadPoolWatch(time, factory);
        time.Advance(TimeSpan.FromSeconds(5));
        measured.Of("tollgate.thread_pool.delay").ShouldBeEmpty(); // not begun
        await watch.StartAsync(TestContext.Current.CancellationToken);
        time.Advance(ThreadPoolWatch.Period);
        time.Advance(ThreadPoolWatch.Period + TimeSpan.FromSeconds(2));
        measured.Of("tollgate.thread_pool.delay").Select(m => m.Value).ShouldBe([0, 2]);
        await watch.StopAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(5));
        measured.Of("tollgate.thread_pool.delay").Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_running_gateway_measures_it_and_tells_the_queue_and_the_threads()
    {
        await using var gateway = await TestGateway.StartAsync("providers: { sim: { kind: simulator } }\nmodels: { m: sim }\n");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        ExpositionPage page;
        do
        {
            await Task.Delay(50, limit.Token);
            page = ExpositionPage.Read(await gateway.Admin.GetByteArrayAsync("/metrics", limit.Token));
        }
        while (!page.TypeOf.ContainsKey("tollgate_thread_pool_delay_seconds"));
        page.Value("tollgate_thread_pool_delay_seconds_count").ShouldBeGreaterThan(0);
        page.Value("tollgate_thread_pool_threads").ShouldBeGreaterThan(0);
        page.Value("tollgate_thread_pool_queue_length").ShouldBeGreaterThanOrEqualTo(0);
    }
}
