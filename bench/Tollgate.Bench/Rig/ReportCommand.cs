using System.Globalization;

namespace Tollgate.Bench.Rig;

/// <summary><c>report FILE</c>: the tables of a run in Markdown.</summary>
internal static class ReportCommand
{
    private const string Baseline = "direct";
    private const string ByteProxy = "nginx";

    internal static async Task<int> RunAsync(string[] args)
    {
        var samples = (await File.ReadAllLinesAsync(args[0])).Select(Sample.Read).ToArray();
        foreach (var line in Tables(samples)) await Console.Out.WriteLineAsync(line);
        return 0;
    }

    private static IEnumerable<string> Tables(Sample[] samples)
    {
        yield return "| request | c | subject | requests/s | × nginx | CPU-s per 10k | × nginx | added p50 µs | added p99 µs | added to first byte, p50 µs | allocated B/request |";
        yield return "|---|---|---|---|---|---|---|---|---|---|---|";
        foreach (var cell in samples.GroupBy(s => (s.Shape, s.Concurrency)))
        {
            var bySubject = cell.GroupBy(s => s.Subject, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
            foreach (var (subject, rounds) in bySubject)
            {
                yield return Row(cell.Key.Shape, cell.Key.Concurrency, subject, rounds, bySubject);
            }
        }
    }

    private static string Row(string shape, int concurrency, string subject, Sample[] rounds, Dictionary<string, Sample[]> all)
    {
        var direct = all.GetValueOrDefault(Baseline);
        var nginx = all.GetValueOrDefault(ByteProxy);
        string[] columns =
        [
            shape,
            concurrency.ToString(CultureInfo.InvariantCulture),
            subject,
            Of(rounds, s => s.Rps).Text("0"),
            Ratio(rounds, nginx, s => s.Rps),
            Of(rounds, s => s.CpuPer10k).Text("0.00"),
            Ratio(rounds, nginx, s => s.CpuPer10k),
            Added(rounds, direct, s => s.P50),
            Added(rounds, direct, s => s.P99),
            Added(rounds, direct, s => s.First50),
            rounds[0].Allocated is null ? "" : Of(rounds, s => s.Allocated!.Value).Text("0"),
        ];
        return "| " + string.Join(" | ", columns) + " |";
    }

    private static Spread Of(Sample[] rounds, Func<Sample, double> value) => Spread.Of(rounds.Select(value));

    // Round by round, so that a disturbance of one round does not fall on one subject alone.
    private static string Ratio(Sample[] rounds, Sample[]? to, Func<Sample, double> value) =>
        to is null || to == rounds ? "" : Spread.Of(rounds.Zip(to, (a, b) => value(a) / value(b))).Text("0.00");

    private static string Added(Sample[] rounds, Sample[]? to, Func<Sample, double> value) =>
        to is null || to == rounds ? "" : Spread.Of(rounds.Zip(to, (a, b) => value(a) - value(b))).Text("0");
}
