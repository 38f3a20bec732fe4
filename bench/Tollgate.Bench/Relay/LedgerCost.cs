using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Metering.Ledger;

namespace Tollgate.Bench.Relay;

/// <summary>
/// <c>ledger [ROUNDS] [FOLDER]</c>: the relay without a ledger, with one, and with a strict one. A round ends when its lines are in the database.
/// </summary>
internal static class LedgerCost
{
    private static readonly (string Name, string Ledger)[] Kinds = [("off", "off"), ("relaxed", "{ store: sqlite, durability: relaxed }"), ("strict", "{ store: sqlite, durability: strict }")];

    internal static async Task<int> RunAsync(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 7;
        var folder = Directory.CreateDirectory(args.Length > 1 ? args[1] : Path.Combine(Path.GetTempPath(), "tollgate-bench-ledger")).CreateSubdirectory(Guid.NewGuid().ToString("N"));
        await Console.Out.WriteLineAsync(Turns.Head);
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
        var contestants = new List<Contestant>();
        foreach (var (name, ledger) in Kinds)
        {
            var state = Path.Combine(folder, cell.Shape.Replace(' ', '-') + cell.Concurrency + name);
            var gateway = await InProcessGateway.StartAsync(cell, more: $"ledger: {ledger}\nstateDir: {state}");
            contestants.Add(new Contestant($"ledger {name}", gateway) { AtTheEnd = () => FlushAsync(gateway) });
        }

        await Turns.MeasureAsync(cell, rounds, contestants);
        foreach (var contestant in contestants) await contestant.Gateway.DisposeAsync();
    }

    private static Task FlushAsync(InProcessGateway gateway) =>
        gateway.Services.GetRequiredService<LedgerDesk>().Ledger is { } ledger ? ledger.FlushAsync(CancellationToken.None) : Task.CompletedTask;
}
