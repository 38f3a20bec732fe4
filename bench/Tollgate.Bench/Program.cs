using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Tollgate.Bench.Relay;
using Tollgate.Bench.Rig;
using Tollgate.Bench.Translation;

return args switch
{
    ["rig", .. var rest] => await BenchCommand.RunAsync(rest),
    ["mock", .. var rest] => await MockCommand.RunAsync(rest),
    ["profile", .. var rest] => await AllocationProfile.RunAsync(rest),
    ["ledger", .. var rest] => await LedgerCost.RunAsync(rest),
    ["telemetry", .. var rest] => await TelemetryCost.RunAsync(rest),
    ["limits", .. var rest] => await LimitCost.RunAsync(rest),
    ["limit-gateways", .. var rest] => await LimitGateways.RunAsync(rest),
    ["flood"] => await KeyFlood.RunAsync(),
    ["translation"] => await TranslationCost.RunAsync(),
    ["micro", .. var rest] => Benchmark(rest),
    _ => Usage(),
};

static int Benchmark(string[] args)
{
    // In this process: a project that the benchmark tool makes by itself would not build under this repository's rules.
    var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
    var config = DefaultConfig.Instance.AddJob(job);
    return BenchmarkSwitcher.FromAssembly(typeof(RelayBenchmarks).Assembly).Run(args, config).Any() ? 0 : 1;
}

static int Usage()
{
    Console.Error.WriteLine("""
        rig [OPTIONS]                        the gateway beside others, as processes of their own: what ./dev bench does
        mock PORT                            a provider that answers at once
        profile [stream|paced] [sdk] [traced] [limited] [anthropic|bedrock|gemini]
                                             types that a relayed request allocates, or one that is translated to a dialect
        ledger [ROUNDS] [FOLDER]             what the ledger costs: the relay without one, with a relaxed and with a strict one, in turns
        telemetry [ROUNDS]                   what metrics, access log and traces cost: the relay bare and with them, in turns
        limits [ROUNDS [REQUESTS]]           what limits cost: the bare relay, limits in memory, with the SQLite ledger, with Redis, in turns
        flood                                what a wrong key costs beside a request that is answered
        translation                          what translated chat costs beside the relay, and an event of a stream
        micro [--filter '*']                 benchmarks, with BenchmarkDotNet's options
        """);
    return 2;
}
