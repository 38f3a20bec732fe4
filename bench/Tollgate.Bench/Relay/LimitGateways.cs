using System.Globalization;
using Tollgate.Bench.Wire;
using Tollgate.Hosting;

namespace Tollgate.Bench.Relay;

/// <summary>
/// <c>limit-gateways MOCK FOLDER [REDIS]</c>: the gateways that <see cref="LimitCost"/> measures, in a process of their own. Prints a line for each, its
/// name, port and admin port, and serves until its standard input ends.
/// </summary>
internal static class LimitGateways
{
    // Two counters that every request takes from, one by a value that it sends: requests, tokens, money.
    private const string Limits = """
        prices: { mock: { "*": { input: 1, output: 2 } } }
        limits:
          requests: { requests: 1000000000, per: minute, by: [client, model] }
          tokens: { tokens: 1000000000000, per: day, window: sliding, by: "header:user-agent" }
          money: { money: 100000000, per: month, by: ip }
        """;

    /// <summary>Of their admin listeners.</summary>
    internal const string AdminToken = "bench-admin-0123456789abcdef";

    /// <summary>What the gateways are called, in the order in which they take turns.</summary>
    internal static readonly string[] Names = ["bare", "limits", "limits + SQLite", "one limit in Redis"];

    internal static async Task<int> RunAsync(string[] args)
    {
        List<string> configs = ["ledger: off", Limits + "\nledger: off", Limits + "\nledger: sqlite"];
        if (args.Length > 2) configs.Add($"limits: {{ requests: {{ requests: 1000000000, per: minute, store: shared }} }}\nledger: off\nstores: {{ counters: \"redis://127.0.0.1:{args[2]}\" }}");
        var hosts = new List<GatewayHost>();
        for (var i = 0; i < configs.Count; i++)
        {
            var host = await BenchHost.StartAsync(FormattableString.Invariant($$"""
                providers: { mock: { kind: openai, url: "http://127.0.0.1:{{args[0]}}/v1", key: bench } }
                models: { {{Payload.Model}}: mock }
                adminToken: {{AdminToken}}
                stateDir: {{Path.Combine(args[1], i.ToString(CultureInfo.InvariantCulture))}}
                {{configs[i]}}
                """));
            hosts.Add(host);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Names[i]}\t{host.Addresses[0].Port}\t{host.AdminAddress.Port}"));
        }

        await Console.Out.WriteLineAsync();
        await Console.In.ReadToEndAsync();
        foreach (var host in hosts) await host.DisposeAsync();
        return 0;
    }
}
