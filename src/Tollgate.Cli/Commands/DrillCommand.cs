using System.CommandLine;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Simulator.Drill;

namespace Tollgate.Cli.Commands;

/// <summary><c>tollgate drill FILE</c>: what callers would see when the providers of a configuration fail.</summary>
internal static class DrillCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The configuration to rehearse." };
        var models = new Option<string[]>("--model") { Description = "Only this model, as clients ask for it. May be repeated." };
        var scenarios = new Option<string[]>("--fault") { Description = "Only this fault, by its short name. May be repeated." };
        var speed = new Option<double?>("--speed") { Description = "How many times as fast as the wall's the clock runs. Default: as fast as the shortest time limit allows, at most 60." };
        var json = new Option<bool>("--json") { Description = "Print the results as JSON." };
        var strict = new Option<bool>("--strict") { Description = "Exit with status 1 also when callers would have seen a clear error." };
        var command = new Command("drill", "Rehearse faults: stand-ins take the place of the providers and fail in every way, and a scorecard says what callers would have seen.")
        {
            file, models, scenarios, speed, json, strict,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetValue(file)!,
            new DrillOptions { Models = result.GetValue(models) ?? [], Scenarios = result.GetValue(scenarios) ?? [], Speed = result.GetValue(speed) },
            result.GetValue(json),
            result.GetValue(strict),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, DrillOptions options, bool json, bool strict, CancellationToken cancellationToken)
    {
        if (Load(file) is not { } config) return 1;
        DrillReport report;
        try
        {
            var done = 0;
            var show = !json && !Console.IsErrorRedirected;
            report = await FaultDrill.RunAsync(config, options, TimeProvider.System, show ? _ => Console.Error.Write($"\r{Interlocked.Increment(ref done)} rehearsed ") : null, cancellationToken);
            if (show) await Console.Error.WriteAsync("\r                    \r");
        }
        catch (ArgumentException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (ConfigurationException e)
        {
            foreach (var problem in e.Problems) await Console.Error.WriteLineAsync(problem.ToString());
            return 1;
        }

        if (json) Scorecard.WriteJson(report, Console.OpenStandardOutput());
        else Scorecard.Write(report, Console.Out);
        return report.Count(DrillVerdict.Broken) > 0 || (strict && report.Count(DrillVerdict.Error) > 0) ? 1 : 0;
    }

    /// <summary>Keys are not needed for a rehearsal, so variables that are not set here get a value that means nothing.</summary>
    private static GatewayConfig? Load(string file)
    {
        var loaded = ConfigLoader.LoadFile(file, ConfigContext.OfProcess);
        if (loaded.Config is null)
        {
            var rehearsed = ConfigLoader.LoadFile(file, new ConfigContext(Placeholder, Catalogue.Default));
            if (rehearsed.Config is not null) return rehearsed.Config;
        }

        foreach (var problem in loaded.Problems) Console.Error.WriteLine(problem);
        return loaded.Config;
    }

    // The gateway's own variables move its listeners; those are left out of a rehearsal.
    private static string? Placeholder(string name) =>
        Environment.GetEnvironmentVariable(name) ?? (name.StartsWith("TOLLGATE_", StringComparison.Ordinal) ? null : "drill");
}
