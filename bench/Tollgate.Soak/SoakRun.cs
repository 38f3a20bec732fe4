using System.Globalization;

namespace Tollgate.Soak;

/// <summary>Mixed traffic at providers that fail, for some minutes, with reloads; then the figures, and whether they are as they must be.</summary>
internal sealed class SoakRun(string gateway, TimeSpan length, int seed)
{
    private const int Callers = 24;
    private const double MostGrowth = 0.05;
    private const int SpareFiles = 30; // libraries that are loaded late, connections of the last scrape
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(150);

    private readonly Tally _tally = new();
    private readonly List<GatewaySample> _samples = [];

    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var providers = await FaultyProviders.StartAsync(seed);
        using var process = new GatewayProcess(gateway, providers.Address);
        await process.ReadyAsync(cancellationToken);
        var before = await process.SampleAsync(cancellationToken);
        await TrafficAsync(process, cancellationToken);
        var idle = await RestAsync(process, before);
        var status = await process.StopAsync(CancellationToken.None);
        return Report(before, idle, status);
    }

    private async Task TrafficAsync(GatewayProcess process, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(length);
        var callers = Enumerable.Range(1, Callers).Select(i => new Caller(process.Address, i, seed, _tally)).ToList();
        var running = callers.ConvertAll(c => Task.Run(() => c.RunAsync(over.Token), CancellationToken.None));
        for (var i = 1; !over.IsCancellationRequested; i++)
        {
            await Task.Delay(Pace, over.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            if (over.IsCancellationRequested) break;
            _samples.Add(await process.SampleAsync(CancellationToken.None));
            if (i % 5 == 0) process.WriteConfig(weight: 1 + (i % 3));
            if (i % 15 == 0) Console.Error.WriteLine($"{_tally.Total} requests, {_tally.Broken} broken, {_samples[^1]}");
        }

        await Task.WhenAll(running);
        callers.ForEach(static c => c.Dispose());
    }

    /// <summary>Waits until it holds no more than before the traffic: what was given up has its time limits, and connections that nobody uses have theirs.</summary>
    private static async Task<GatewaySample> RestAsync(GatewayProcess process, GatewaySample before)
    {
        var idle = await process.SampleAsync(CancellationToken.None);
        for (var waited = TimeSpan.Zero; waited < LongestRest && (idle.Active > 0 || idle.Files > before.Files + SpareFiles); waited += Pace)
        {
            await Task.Delay(Pace, CancellationToken.None);
            idle = await process.SampleAsync(CancellationToken.None);
        }

        return idle;
    }

    private int Report(GatewaySample before, GatewaySample idle, int status)
    {
        // The first third is warm-up: code is compiled, pools and heaps find their size.
        var steady = _samples.Skip(_samples.Count / 3).ToList();
        var (early, late) = (Median(steady.Take(steady.Count / 3)), Median(steady.Skip(steady.Count * 2 / 3)));
        var growth = (late - early) / early;
        _tally.Write(Console.Out);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_tally.Total} requests in {length.TotalMinutes:0.#} min; resident memory {early:0} MB after warm-up, {late:0} MB at the end ({growth:+0.0%;-0.0%}); at rest {idle.Memory:0} MB, {idle.Files} descriptors ({before.Files} before, most under load {_samples.Max(static s => s.Files)}), {idle.Threads} threads, {idle.Active:0} requests active; exit status {status}."));
        string[] faults =
        [
            .. Check(_tally.Broken == 0, "answers were broken"),
            .. Check(growth < MostGrowth, "memory grew"),
            .. Check(idle.Active == 0, "requests are still counted as active"),
            .. Check(idle.Files <= before.Files + SpareFiles, "descriptors are left open"),
            .. Check(status == 0, "the gateway did not end well"),
        ];
        Console.WriteLine(faults.Length == 0 ? "passed" : "FAILED: " + string.Join("; ", faults));
        return faults.Length == 0 ? 0 : 1;
    }

    private static IEnumerable<string> Check(bool holds, string otherwise) => holds ? [] : [otherwise];

    private static double Median(IEnumerable<GatewaySample> samples)
    {
        var sorted = samples.Select(static s => s.Memory).Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }
}
