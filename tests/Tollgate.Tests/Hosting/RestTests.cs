using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Hosting;
using Tollgate.Telemetry;

namespace Tollgate.Tests.Hosting;

public sealed class RestTests : IDisposable
{
    private readonly GatewayMetrics _metrics = new();
    private readonly Rest _rest;
    private long _allocated;
    private int _collections;

    public RestTests() => _rest = new Rest(_metrics, TimeProvider.System) { Allocated = () => _allocated, Collect = () => _collections++ };

    [Fact]
    public void Gives_memory_back_when_a_burst_is_over_and_once_more_for_what_pools_let_go_of_later()
    {
        _allocated += 10 * Rest.Worth;
        _rest.Look();
        _collections.ShouldBe(0, "it was busy until now");

        _rest.Look();
        _collections.ShouldBe(1);

        _rest.Look();
        _collections.ShouldBe(2);

        _rest.Look();
        _collections.ShouldBe(2, "there is nothing more to give back");
    }

    [Fact]
    public void What_is_free_in_the_native_heap_can_be_given_back()
    {
        // What stays between them keeps the free ones from becoming one, which free() itself would give back.
        var kept = new List<nint>();
        var free = new List<nint>();
        for (var i = 0; i < 32; i++)
        {
            free.Add(Marshal.AllocHGlobal(60_000));
            kept.Add(Marshal.AllocHGlobal(16));
        }

        free.ForEach(Marshal.FreeHGlobal);
        var isGnu = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out _);
        NativeHeap.Trim().ShouldBe(isGnu);
        kept.ForEach(Marshal.FreeHGlobal);
    }

    [Fact]
    public void Disturbs_nobody_who_waits_for_an_answer()
    {
        _allocated += 10 * Rest.Worth;
        _rest.Look();
        _metrics.RequestStarted();
        _rest.Look();
        _collections.ShouldBe(0);

        _metrics.RequestEnded();
        _rest.Look();
        _collections.ShouldBe(1);
    }

    [Fact]
    public void Does_not_mind_what_little_happens_in_between()
    {
        for (var i = 0; i < (int)(Rest.Worth / (Rest.Stir / 2)); i++)
        {
            _collections.ShouldBe(0);
            _allocated += Rest.Stir / 2;
            _rest.Look();
        }

        _collections.ShouldBe(1, "it was enough in the end");
    }

    [Fact]
    public async Task The_host_has_it()
    {
        await using var gateway = await TestGateway.StartAsync("providers: { openai: { url: 'http://127.0.0.1:9/v1', key: k } }");
        gateway.Host.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().ShouldContain(service => service is Rest);
    }

    public void Dispose()
    {
        _rest.Dispose();
        _metrics.Dispose();
    }
}
