using Microsoft.Extensions.DependencyInjection;
using Tollgate.Configuration;
using Tollgate.Hosting;

namespace Tollgate.Simulator.Drill;

/// <summary>One scenario on a gateway of its own, so that nothing is left over from the one before.</summary>
internal sealed class DrillRun : IAsyncDisposable
{
    private const int OutageRequests = 15;
    private static readonly TimeSpan LongestReturn = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ReturnPace = TimeSpan.FromSeconds(0.5);

    private readonly DrillScenario _scenario;
    private readonly FaultScript _script;
    private readonly TimeProvider _time;
    private readonly GatewayHost _gateway;

    private DrillRun(GatewayConfig config, DrillScenario scenario, TimeProvider time)
    {
        (_scenario, _time) = (scenario, time);
        _script = new FaultScript(scenario, time);
        _gateway = GatewayHost.Create(services =>
        {
            services.AddSingleton(time);
            services.AddTollgateSimulator(new SimulatorOptions { Knobs = _script.KnobsFor });
            services.AddTollgate(config);
        });
    }

    /// <exception cref="ConfigurationException">The configuration does not compile.</exception>
    internal static async Task<DrillResult> PlayAsync(GatewayConfig config, string model, DrillScenario scenario, bool stream, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var run = new DrillRun(config, scenario, time);
        await run._gateway.StartAsync(cancellationToken);
        using var client = new DrillClient(run._gateway.Addresses[0], model, time);
        var (answer, returned) = scenario.Outage is { } outage
            ? await run.OutageAsync(client, outage, stream, cancellationToken)
            : (await client.AskAsync(stream, cancellationToken), null);
        return new DrillResult(model, scenario.Id, scenario.Title, stream, answer.Verdict, answer.Detail, answer.Elapsed, [.. run._script.Tries.Select(t => t.Provider)], returned);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await _gateway.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // As told: nobody waits for what hangs.
        }

        await _gateway.DisposeAsync();
    }

    /// <summary>Requests while the provider is down, evenly spread; then one after the other until it answers again.</summary>
    private async Task<(DrillAnswer Worst, TimeSpan? Returned)> OutageAsync(DrillClient client, TimeSpan outage, bool stream, CancellationToken cancellationToken)
    {
        var asked = new List<Task<DrillAnswer>>();
        for (var i = 0; i < OutageRequests; i++)
        {
            asked.Add(client.AskAsync(stream, cancellationToken));
            await Task.Delay(outage / OutageRequests, _time, cancellationToken);
        }

        var answers = (await Task.WhenAll(asked)).ToList();
        while (Returned(outage) is null && _script.Elapsed < outage + LongestReturn)
        {
            answers.Add(await client.AskAsync(stream, cancellationToken));
            await Task.Delay(ReturnPace, _time, cancellationToken);
        }

        return (answers.MaxBy(a => (a.Verdict, a.Elapsed))!, Returned(outage));
    }

    private TimeSpan? Returned(TimeSpan outage) =>
        _script.Tries.FirstOrDefault(t => t.Provider == _script.Victim && !t.Failed && t.At >= outage) is { } back ? back.At - outage : null;
}
