using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Metering.Ledger;

namespace Tollgate.Bench.Relay;

/// <summary>
/// <c>ledger [ROUNDS] [FOLDER]</c>: requests a second without a ledger, with one, and with a strict one, by turns in one process, so that
/// what else the machine does falls on all alike. A round ends when its lines are in the database. Ratios are taken round by round.
/// </summary>
internal static class LedgerCost
{
    private static readonly string[] Kinds = ["off", "{ store: sqlite, durability: relaxed }", "{ store: sqlite, durability: strict }"];
    private static readonly string[] Names = ["off", "relaxed", "strict"];

    internal static async Task<int> RunAsync(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 7;
        var folder = Directory.CreateDirectory(args.Length > 1 ? args[1] : Path.Combine(Path.GetTempPath(), "tollgate-bench-ledger")).CreateSubdirectory(Guid.NewGuid().ToString("N"));
        await Console.Out.WriteLineAsync("| request | c | ledger | requests/s | share of off | CPU µs/request | B/request |\n|---|---|---|---|---|---|---|");
        try
        {
            foreach (var cell in (Cell[])[new("unary 1 KB", 16), new("unary 1 KB", 64), new("stream of 50", 16, Stream: true)]) await MeasureAsync(cell, rounds, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }

    private static async Task MeasureAsync(Cell cell, int rounds, string folder)
    {
        var requests = cell.Stream ? 8_000 : 40_000;
        var gateways = new List<InProcessGateway>();
        for (var i = 0; i < Kinds.Length; i++) gateways.Add(await InProcessGateway.StartAsync(cell, more: $"ledger: {Kinds[i]}\nstateDir: {Path.Combine(folder, cell.Shape.Replace(' ', '-') + cell.Concurrency + Names[i])}"));
        foreach (var gateway in gateways) await gateway.SendAsync(requests);
        var samples = gateways.Select(_ => new List<(double Rate, double Cpu, double Bytes)>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < gateways.Count; i++) samples[i].Add(await RoundAsync(gateways[i], requests));
        }

        for (var i = 0; i < gateways.Count; i++)
        {
            var share = Median(samples[i].Zip(samples[0], (mine, off) => mine.Rate / off.Rate));
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"| {cell.Shape} | {cell.Concurrency} | {Names[i]} | {Median(samples[i].Select(s => s.Rate)):0} | {share:0.00} | {Median(samples[i].Select(s => s.Cpu)):0.0} | {Median(samples[i].Select(s => s.Bytes)):0} |"));
        }

        foreach (var gateway in gateways) await gateway.DisposeAsync();
    }

    private static async Task<(double Rate, double Cpu, double Bytes)> RoundAsync(InProcessGateway gateway, int requests)
    {
        var (bytes, cpu, start) = (GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        await gateway.SendAsync(requests);
        if (gateway.Services.GetRequiredService<LedgerDesk>().Ledger is { } ledger) await ledger.FlushAsync(CancellationToken.None);
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (requests / took, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / requests, (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / requests);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
