using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Tollgate.Bench.Relay;
using Tollgate.Bench.Rig;
using Tollgate.Bench.Translation;

return args switch
{
    ["mock", .. var rest] => await ProcessCommands.MockAsync(rest),
    ["ports", .. var rest] => ProcessCommands.Ports(rest),
    ["load", .. var rest] => await LoadCommand.RunAsync(rest),
    ["report", .. var rest] => await ReportCommand.RunAsync(rest),
    ["profile", .. var rest] => await AllocationProfile.RunAsync(rest),
    ["ledger", .. var rest] => await LedgerCost.RunAsync(rest),
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
        mock PORT                            a provider that answers at once
        ports COUNT                          free ports
        load ROUNDS SECONDS OUTPUT SUBJECT…  measure; SUBJECT is NAME:PORT:PID[:ADMIN]
        report FILE                          tables of what load wrote
        profile [stream] [sdk] [traced] [limited]  types that a relayed request allocates
        ledger [ROUNDS] [FOLDER]             what the ledger costs: the relay without one, with a relaxed and with a strict one, in turns
        limits [ROUNDS [REQUESTS]]           what limits cost: the bare relay, limits in memory, with the SQLite ledger, with Redis, in turns
        flood                                what a wrong key costs beside a request that is answered
        translation                          what translated chat costs beside the relay, and an event of a stream
        micro [--filter '*']                 benchmarks, with BenchmarkDotNet's options
        bench/run does the first four in one go.
        """);
    return 2;
}
