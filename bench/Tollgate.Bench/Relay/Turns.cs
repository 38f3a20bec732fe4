using System.Diagnostics;
using System.Globalization;
using Tollgate.Bench.Rig;

namespace Tollgate.Bench.Relay;

/// <summary>One way of being set up, measured beside others.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Gateway">The gateway that is sent requests.</param>
internal sealed record Contestant(string Name, InProcessGateway Gateway)
{
    /// <summary>Switched on for its turn only, and off at its end: what listens in the whole process.</summary>
    internal Func<IDisposable>? During { get; init; }

    /// <summary>What belongs to its requests and may be done after the last answer: it counts, too.</summary>
    internal Func<Task>? AtTheEnd { get; init; }
}

/// <summary>
/// Measures contestants by turns in one process, so that what else the machine does falls on all alike; ratios to the first are taken round by
/// round, and medians of them are told.
/// </summary>
internal static class Turns
{
    /// <summary>Head of the table.</summary>
    internal const string Head = "| request | c | with | requests/s | CPU µs/request | CPU, of the first | requests/s, of the first | B/request |\n|---|---|---|---|---|---|---|---|";

    /// <param name="cell">What is sent.</param>
    /// <param name="rounds">Turns of each.</param>
    /// <param name="contestants">The first is what the others are held to.</param>
    internal static async Task MeasureAsync(Cell cell, int rounds, IReadOnlyList<Contestant> contestants)
    {
        var requests = cell.Stream ? 8_000 : 40_000;
        foreach (var contestant in contestants) await TurnAsync(contestant, requests);
        var samples = contestants.Select(_ => new List<Turn>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var i in Order(round, contestants.Count)) samples[i].Add(await TurnAsync(contestants[i], requests));
        }

        for (var i = 0; i < contestants.Count; i++)
        {
            var cpu = Median(samples[i].Zip(samples[0], (mine, first) => mine.Cpu / first.Cpu));
            var rate = Median(samples[i].Zip(samples[0], (mine, first) => mine.Rate / first.Rate));
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"| {cell.Shape} | {cell.Concurrency} | {contestants[i].Name} | {Median(samples[i].Select(s => s.Rate)):0} | {Median(samples[i].Select(s => s.Cpu)):0.0} | {cpu:0.00} | {rate:0.00} | {Median(samples[i].Select(s => s.Bytes)):0} |"));
        }
    }

    /// <summary>
    /// Whose turn it is in a round. Another one begins each time, and every other round goes backwards: a machine that has just rested is faster for a while, and one
    /// that has just worked slower.
    /// </summary>
    /// <param name="round">From 0.</param>
    /// <param name="count">How many take turns.</param>
    internal static IEnumerable<int> Order(int round, int count) => Enumerable.Range(0, count).Select(i => ((int.IsEvenInteger(round) ? i : count - i) + round) % count);

    private static async Task<Turn> TurnAsync(Contestant contestant, int requests)
    {
        using var during = contestant.During?.Invoke();
        var (bytes, cpu, start) = (GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        await contestant.Gateway.SendAsync(requests);
        if (contestant.AtTheEnd is { } end) await end();
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Turn(requests / took, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / requests, (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / requests);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private readonly record struct Turn(double Rate, double Cpu, double Bytes);
}
