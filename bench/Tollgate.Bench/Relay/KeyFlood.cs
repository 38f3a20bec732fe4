using System.Diagnostics;
using System.Globalization;
using Tollgate.Bench.Load;
using Tollgate.Bench.Wire;
using Tollgate.Hosting;

namespace Tollgate.Bench.Relay;

/// <summary>
/// <c>flood</c>: what a wrong key costs beside a request that is answered, in processor time of the whole process, in which the mock provider
/// and the load run, too; and what 100,000 wrong keys in a minute take away from good traffic.
/// </summary>
internal static class KeyFlood
{
    private const int Good = 60_000;
    private const int Wrong = 100_000;
    private const int Unauthorized = 401;

    internal static async Task<int> RunAsync()
    {
        using var mock = new MockProvider(0, null);
        await using var host = await StartAsync(mock.Port);
        var port = host.Addresses[0].Port;
        using var good = new ClosedLoop(port, 16, Request("tg-bench-0123456789abcdef"));
        using var flood = new ClosedLoop(port, 16, Request("tg-" + new string('f', 64)));
        await good.RunAsync(LoadPhase.Of(Good / 2));
        await flood.RunAsync(LoadPhase.Of(Wrong / 10, Unauthorized));
        var answered = await CostAsync(() => good.RunAsync(LoadPhase.Of(Good)), Good);
        var refused = await CostAsync(() => flood.RunAsync(LoadPhase.Of(Wrong, Unauthorized)), Wrong);
        var share = refused.Microseconds * Wrong / 60 / (1_000_000.0 * Environment.ProcessorCount);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""
            answered  {answered.Microseconds,6:0.0} us of processor, {answered.PerSecond,7:0} a second
            refused   {refused.Microseconds,6:0.0} us of processor, {refused.PerSecond,7:0} a second
            {Wrong} wrong keys in a minute take {share:P1} of this machine's processors, and so of what good traffic can have of them
            """));
        await host.StopAsync(new CancellationToken(canceled: true));
        return 0;
    }

    private static async Task<(double Microseconds, double PerSecond)> CostAsync(Func<Task> work, int requests)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        await work();
        var elapsed = Stopwatch.GetElapsedTime(start);
        process.Refresh();
        return ((process.TotalProcessorTime - before).TotalMicroseconds / requests, requests / elapsed.TotalSeconds);
    }

    private static Task<GatewayHost> StartAsync(int provider) => BenchHost.StartAsync(FormattableString.Invariant($$"""
        providers: { mock: { kind: openai, url: "http://127.0.0.1:{{provider}}/v1", key: bench } }
        models: { {{Payload.Model}}: mock }
        clients: { bench: { key: tg-bench-0123456789abcdef } }
        """));

    private static byte[] Request(string key) => Payload.Request(1024, stream: false, clientHeaders: false, key);
}
