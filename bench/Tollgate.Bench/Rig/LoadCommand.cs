using System.Diagnostics;
using System.Globalization;
using Tollgate.Bench.Load;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig;

/// <summary>
/// <c>load ROUNDS SECONDS OUTPUT SUBJECT…</c>: measures every cell for every subject, the subjects taking turns, so that what else
/// the machine does falls on all of them. Appends one line of JSON for each measurement.
/// </summary>
internal static class LoadCommand
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);

    internal static async Task<int> RunAsync(string[] args)
    {
        var rounds = int.Parse(args[0], CultureInfo.InvariantCulture);
        var seconds = double.Parse(args[1], CultureInfo.InvariantCulture);
        var subjects = args[3..].Select(Subject.Parse).ToArray();
        await using var output = new FileStream(args[2], FileMode.Append, FileAccess.Write, FileShare.Read);
        foreach (var subject in subjects) await WarmUpAsync(subject);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var cell in Cell.Chosen)
            {
                foreach (var subject in subjects)
                {
                    var sample = await MeasureAsync(cell, subject, seconds);
                    sample.Write(output);
                    await Console.Error.WriteLineAsync(FormattableString.Invariant($"{round + 1}/{rounds} {cell.Shape} c={cell.Concurrency} {subject.Name}: {sample.Rps:0} rps, {sample.CpuPer10k:0.00} CPU-s/10k, {sample.Allocated:0} B"));
                }
            }
        }

        return 0;
    }

    /// <summary>The runtime compiles what is called often a second time, in the background; that is no part of a request's cost.</summary>
    private static async Task WarmUpAsync(Subject subject)
    {
        foreach (var stream in (bool[])[false, true])
        {
            using var loop = await ClosedLoop.OpenAsync(subject.Port, 16, Payload.Request(1024, stream, clientHeaders: false));
            await loop.RunAsync(LoadPhase.Of(WarmUp));
        }
    }

    private static async Task<Sample> MeasureAsync(Cell cell, Subject subject, double seconds)
    {
        var request = Payload.Request(cell.BodyLength, cell.Stream, cell.ClientHeaders);
        using var loop = await ClosedLoop.OpenAsync(subject.Port, cell.Concurrency, request);
        await loop.RunAsync(LoadPhase.Of(TimeSpan.FromSeconds(seconds * 0.3)));
        loop.Forget();

        var allocated = await ProcessMeters.AllocatedAsync(subject.Admin);
        var cpu = ProcessMeters.CpuSeconds(subject.Process);
        var start = Stopwatch.GetTimestamp();
        await loop.RunAsync(LoadPhase.Of(TimeSpan.FromSeconds(seconds)));
        var elapsed = Stopwatch.GetElapsedTime(start);
        cpu = ProcessMeters.CpuSeconds(subject.Process) - cpu;
        allocated = await ProcessMeters.AllocatedAsync(subject.Admin) - allocated;

        var (times, first) = loop.Collect();
        return new Sample(
            cell.Shape, cell.Concurrency, subject.Name, times.Count / elapsed.TotalSeconds, cpu / times.Count * 10_000,
            times.Quantile(0.5), times.Quantile(0.99), first.Quantile(0.5), allocated / times.Count);
    }
}
