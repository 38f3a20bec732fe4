namespace Tollgate.Bench.Rig.Smoke;

/// <summary>
/// <c>--smoke</c>: counters that are the same on every machine, in less than a minute. Never times: those say something on a quiet machine only.
/// </summary>
internal static class SmokeRun
{
    internal static async Task<int> RunAsync(TextWriter output)
    {
        var limits = SmokeLimits.Read(Path.Combine("bench", "limits.json"));
        var exceeded = new List<string>();
        await output.WriteLineAsync("| request | allocated B | noted | writes to provider | noted | writes to client | noted |\n|---|---|---|---|---|---|---|");
        foreach (var shape in SmokeShape.All)
        {
            var (counted, noted) = (await SmokeCounters.CountAsync(shape), limits.Noted(shape.Name));
            await output.WriteLineAsync(FormattableString.Invariant(
                $"| {shape.Name} | {counted.Allocated:0} | {noted.Allocated:0} | {counted.UpstreamWrites:0.00} | {noted.UpstreamWrites:0.00} | {counted.ClientWrites:0.00} | {noted.ClientWrites:0.00} |"));
            exceeded.AddRange(limits.Exceeded(shape.Name, counted));
        }

        foreach (var line in exceeded) await output.WriteLineAsync(line);
        return exceeded.Count == 0 ? 0 : 1;
    }
}
