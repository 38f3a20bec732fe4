using System.Collections.Immutable;
using Tollgate.Configuration;

namespace Tollgate.Simulator.Drill;

/// <summary>
/// Runs a catalogue of faults against a configuration, with stand-ins in place of its providers, and says what its callers would have
/// seen. Nothing leaves the process, and no key is used.
/// </summary>
public static class FaultDrill
{
    private const double FastestClock = 60;

    // What a busy machine may lose between two steps must stay far below the shortest limit.
    private static readonly TimeSpan ShortestRealLimit = TimeSpan.FromSeconds(0.75);

    /// <summary>Short names of the faults with what happens, in the order of the scorecard.</summary>
    public static IReadOnlyList<(string Id, string Title)> Scenarios { get; } = [.. DrillCatalogue.All.Select(static s => (s.Id, s.Title))];

    /// <summary>Rehearses.</summary>
    /// <param name="config">As the operator wrote it.</param>
    /// <param name="options">What is rehearsed.</param>
    /// <param name="time">The wall's clock.</param>
    /// <param name="told">Gets each result as it comes; may be null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConfigurationException">The configuration does not compile.</exception>
    /// <exception cref="ArgumentException">A model or a fault is named that is not there.</exception>
    public static async Task<DrillReport> RunAsync(GatewayConfig config, DrillOptions options, TimeProvider time, Action<DrillResult>? told, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        var speed = options.Speed ?? SpeedFor(config);
        var rehearsed = DrillConfig.Rehearsed(config);
        var clock = new FastClock(time, speed);
        var runs = Runs(config, options);
        foreach (var stream in (bool[])[true, false])
        {
            // Code that has not run yet is slow, and on this clock slower still.
            await DrillRun.PlayAsync(rehearsed, runs[0].Model, DrillCatalogue.All[0], stream, clock, cancellationToken);
        }

        var results = new DrillResult[runs.Length];
        var order = Enumerable.Range(0, runs.Length).ToArray();
        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellationToken }, async (i, token) =>
        {
            var run = runs[i];
            results[i] = await DrillRun.PlayAsync(rehearsed, run.Model, run.Scenario, run.Stream, clock, token);
            told?.Invoke(results[i]);
        });
        return new DrillReport(speed, [.. results]);
    }

    private static ImmutableArray<(string Model, DrillScenario Scenario, bool Stream)> Runs(GatewayConfig config, DrillOptions options)
    {
        var models = options.Models.Count > 0 ? options.Models : [.. config.Models.Select(DrillConfig.NameFor)];
        if (models.Count == 0) throw new ArgumentException("the configuration serves no model: write models:", nameof(config));
        if (options.Scenarios.FirstOrDefault(s => !DrillCatalogue.All.Any(known => known.Id == s)) is { } unknown)
        {
            throw new ArgumentException($"there is no fault '{unknown}': the faults are {string.Join(", ", DrillCatalogue.All.Select(static s => s.Id))}", nameof(options));
        }

        return
        [
            .. from model in models
               from scenario in DrillCatalogue.All
               where options.Scenarios.Count == 0 || options.Scenarios.Contains(scenario.Id, StringComparer.Ordinal)
               from stream in (bool[])[false, true]
               where stream || !scenario.StreamOnly
               select (model, scenario, stream),
        ];
    }

    private static double SpeedFor(GatewayConfig config)
    {
        var shortest = config.Providers.SelectMany(static p => new[] { p.Timeouts.FirstToken, p.Timeouts.Idle, p.Timeouts.Total }).Append(TimeSpan.FromMinutes(1)).Min();
        return Math.Clamp(shortest / ShortestRealLimit, 1, FastestClock);
    }
}
