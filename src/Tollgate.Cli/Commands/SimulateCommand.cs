using System.CommandLine;
using System.Runtime.InteropServices;
using Tollgate.Simulator;

namespace Tollgate.Cli.Commands;

/// <summary><c>tollgate simulate</c>: stand-ins for providers on a port of their own.</summary>
internal static class SimulateCommand
{
    internal static Command Create()
    {
        var listen = new Option<string>("--listen") { Description = "Address and port.", DefaultValueFactory = _ => "127.0.0.1:9000" };
        var kinds = new Option<string[]>("--kind") { Description = "Kinds to stand in for, such as openai,anthropic,aws-bedrock. All by default.", AllowMultipleArgumentsPerToken = true };
        var latency = new Option<double>("--latency") { Description = "Milliseconds to the first token." };
        var speed = new Option<double>("--tokens-per-second") { Description = "0: as fast as possible." };
        var command = new Command("simulate", "Run stand-ins for providers on their true wire formats, with faults and latency on demand.") { listen, kinds, latency, speed };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetValue(listen)!,
            new SimulatorOptions
            {
                Kinds = Split(result.GetValue(kinds)),
                FirstTokenLatency = TimeSpan.FromMilliseconds(result.GetValue(latency)),
                TokensPerSecond = result.GetValue(speed),
            },
            cancellationToken));
        return command;
    }

    private static System.Collections.Immutable.ImmutableArray<string>? Split(string[]? kinds) =>
        kinds is null or [] ? null : [.. kinds.SelectMany(k => k.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static async Task<int> RunAsync(string listen, SimulatorOptions options, CancellationToken cancellationToken)
    {
        await using var host = await SimulatorHost.StartAsync(options, ["http://" + listen], TimeProvider.System, cancellationToken);
        foreach (var address in host.Addresses) Console.WriteLine($"Simulating {(options.Kinds is { } kinds ? string.Join(", ", kinds) : "every provider")} on {address}");
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var onInt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var onCancel = cancellationToken.Register(() => stopped.TrySetResult());
        await stopped.Task;
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopped.TrySetResult();
        }
    }
}
