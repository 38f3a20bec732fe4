using System.Diagnostics;
using System.Globalization;
using Tollgate.Bench.Load;
using Tollgate.Bench.Rig;
using Tollgate.Bench.Rig.Report;
using Tollgate.Bench.Wire;
using Tollgate.Tests.Servers;

namespace Tollgate.Bench.Relay;

/// <summary>
/// <c>limits [ROUNDS [REQUESTS]]</c>: what limits cost beside the bare relay: in memory, with the SQLite ledger, and with one round trip to Redis for
/// each admission; with few connections, and with as many as keep a gateway busy. The gateways are in one process, the load and the mock provider in this one; they take turns, so that what else the machine does
/// falls on all alike. Each answers for a quarter of a minute before it is measured. A round ends when its lines are in the ledger, which is asked to write the last ones at once. Processor time is that of the gateways' process; ratios are taken round by round.
/// </summary>
internal static class LimitCost
{
    // Few, so that everybody waits for everybody; and enough that the gateway is never without a request.
    private static readonly int[] Connections = [16, 64];

    // Until then runtimes compile what is called often a second time, which is no part of a request's cost.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    internal static async Task<int> RunAsync(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 9;
        var requests = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 40_000;
        var folder = Directory.CreateTempSubdirectory("tollgate-bench-limits-");
        using var mock = new MockProvider(0, null);
        await using var redis = await RedisAsync(folder.FullName);
        using var gateways = Start(mock.Port, folder.FullName, redis?.Port);
        try
        {
            var places = await ReadAsync(gateways);
            await Console.Out.WriteLineAsync("| c | gateway | requests/s | share of bare | CPU µs/request | of bare |\n|---|---|---|---|---|---|");
            foreach (var connections in Connections)
            {
                List<LimitedSubject> subjects = [.. places.Select(p => p.Open(connections))];
                foreach (var subject in subjects) await subject.Load.RunAsync(LoadPhase.Of(WarmUp));
                var before = redis?.CpuSeconds();
                await MeasureAsync(subjects, connections, rounds, requests, new ProcessMeters(gateways.Id));
                if (redis is not null) await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Redis itself: {(redis.CpuSeconds() - before) * 1_000_000 / ((double)rounds * requests):0.0} CPU µs/request"));
                foreach (var subject in subjects) subject.Dispose();
            }

            return 0;
        }
        finally
        {
            gateways.StandardInput.Close();
            await gateways.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(List<LimitedSubject> subjects, int connections, int rounds, int requests, ProcessMeters process)
    {
        var samples = subjects.Select(_ => new List<(double Rate, double Cpu)>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var i in Turns.Order(round, subjects.Count)) samples[i].Add(await RoundAsync(subjects[i], process, requests));
        }

        for (var i = 0; i < subjects.Count; i++)
        {
            var rate = Spread.Of(samples[i].Zip(samples[0], (mine, bare) => mine.Rate / bare.Rate));
            var cpu = Spread.Of(samples[i].Zip(samples[0], (mine, bare) => mine.Cpu / bare.Cpu));
            await Console.Out.WriteLineAsync($"| {connections} | {subjects[i].Name} | {Spread.Of(samples[i].Select(s => s.Rate)).Text("0")} | {rate.Text("0.00")} | {Spread.Of(samples[i].Select(s => s.Cpu)).Text("0.0")} | {cpu.Text("0.00")} |");
        }
    }

    private static async Task<(double Rate, double Cpu)> RoundAsync(LimitedSubject subject, ProcessMeters process, int requests)
    {
        var (cpu, start) = (process.CpuSeconds(), Stopwatch.GetTimestamp());
        await subject.SendAsync(requests);
        await subject.WrittenAsync();
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (requests / took, (process.CpuSeconds() - cpu) * 1_000_000 / requests);
    }

    private static async Task<List<LimitedPlace>> ReadAsync(Process gateways)
    {
        var places = new List<LimitedPlace>();
        while (await gateways.StandardOutput.ReadLineAsync() is { Length: > 0 } line)
        {
            var fields = line.Split('\t');
            places.Add(new LimitedPlace(fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture), new Uri($"http://127.0.0.1:{fields[2]}/ledger")));
        }

        return places.Count >= LimitGateways.Names.Length - 1 ? places : throw new InvalidOperationException("the gateways did not start");
    }

    private static Process Start(int mock, string folder, int? redis)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(LimitCost).Assembly.Location, "limit-gateways", mock.ToString(CultureInfo.InvariantCulture), folder]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0"; // as the command has it: else a thread that writes logs spins beside them
        if (redis is { } port) start.ArgumentList.Add(port.ToString(CultureInfo.InvariantCulture));
        return Process.Start(start)!;
    }

    /// <summary>Null where none is installed: then that gateway is left out.</summary>
    private static async Task<LocalRedis?> RedisAsync(string folder)
    {
        if (ServerProcess.Find("redis-server", "/usr/bin", "/usr/local/bin") is not { } program) return null;
        var port = ServerProcess.FreePort();
        return new LocalRedis(port, await ServerProcess.StartAsync(port, program, "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder));
    }

    private sealed record LocalRedis(int Port, ServerProcess Process) : IAsyncDisposable
    {
        internal double CpuSeconds() => new ProcessMeters(Process.Id).CpuSeconds();

        public ValueTask DisposeAsync() => Process.DisposeAsync();
    }
}

/// <summary>Where a gateway is.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Port">Where clients call.</param>
/// <param name="Ledger">Where it tells of its ledger.</param>
internal sealed record LimitedPlace(string Name, int Port, Uri Ledger)
{
    internal LimitedSubject Open(int connections) =>
        new(Name, new ClosedLoop(Port, connections, Payload.Request(1024, stream: false, clientHeaders: false)), Ledger);
}

/// <summary>A gateway under load.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Load">The connections to it.</param>
/// <param name="Ledger">Where it tells of its ledger.</param>
internal sealed record LimitedSubject(string Name, ClosedLoop Load, Uri Ledger) : IDisposable
{
    private static readonly HttpClient Http = new() { DefaultRequestHeaders = { Authorization = new("Bearer", LimitGateways.AdminToken) } };

    internal Task SendAsync(int requests) => Load.RunAsync(LoadPhase.Of(requests));

    /// <summary>Completes when no line waits; at once where there is no ledger. A report has it write at once what it would gather for a quarter of a second.</summary>
    internal async Task WrittenAsync()
    {
        if (!(await LedgerAsync()).Contains("\"queued\"", StringComparison.Ordinal)) return;
        await Http.GetStringAsync(new Uri(Ledger, "/admin/v1/usage?from=2001-01-01&to=2001-01-02"));
        while (!(await LedgerAsync()).Contains("\"queued\": 0", StringComparison.Ordinal)) await Task.Delay(1);
    }

    private Task<string> LedgerAsync() => Http.GetStringAsync(Ledger);

    public void Dispose() => Load.Dispose();
}
