using System.Globalization;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of how backends are picked, left alone and not overrun.</summary>
internal static class RoutingBinder
{
    private const string DefaultProbePath = "/models";

    public static HealthConfig? Health(YamlMap? map)
    {
        if (map is null) return null;

        var defaults = new HealthConfig();
        return new HealthConfig
        {
            Enabled = map.Flag("enabled") ?? defaults.Enabled,
            Failures = map.Number("failures") ?? defaults.Failures,
            ErrorRate = map.Number("errorRate") ?? defaults.ErrorRate,
            MinRequests = map.Number("minRequests") ?? defaults.MinRequests,
            Window = map.Duration("window") ?? defaults.Window,
            Rest = map.Duration("rest") ?? defaults.Rest,
            MaxRest = map.Duration("maxRest") ?? defaults.MaxRest,
            MaxEjected = map.Number("maxEjected") ?? defaults.MaxEjected,
            Probe = map.Map("probe")?.Duration("interval") is { } interval ? new ProbeConfig(interval, map.Map("probe")!.Text("path") ?? DefaultProbePath) : null,
        };
    }

    public static FlowConfig Flow(YamlMap map)
    {
        var defaults = new FlowConfig();
        return new FlowConfig(map.Number("maxConcurrent") ?? 0, map.Number("maxQueued") ?? defaults.MaxQueued, map.Duration("queueTimeout"));
    }

    public static KeepAliveConfig? KeepAlive(YamlMap? parent) => parent?["keepAlive"] switch
    {
        YamlScalar => Interval(parent, "keepAlive", new KeepAliveConfig()),
        YamlMap map => Interval(map, "interval", new KeepAliveConfig { BeforeCommit = map.Flag("beforeCommit") ?? false }),
        _ => null,
    };

    private static KeepAliveConfig Interval(YamlMap map, string key, KeepAliveConfig settings) =>
        map.Text(key) is "0" or "0s" ? settings with { Interval = TimeSpan.Zero } : settings with { Interval = map.Duration(key) ?? settings.Interval };

    public static BalanceConfig Balance(YamlMap? model) => model?["balance"] switch
    {
        YamlScalar => new BalanceConfig(model.Text("balance") ?? "weighted"),
        YamlMap map => map["hash"] switch
        {
            YamlMap header => new BalanceConfig("hash", HashSource.Header, header.Text("header")),
            YamlScalar => new BalanceConfig("hash", map.Text("hash") == "client" ? HashSource.Client : HashSource.Session),
            _ => new BalanceConfig("least-cost") { Mix = Mix(map.Map("least-cost")) },
        },
        _ => new BalanceConfig(),
    };

    private static CostMixConfig? Mix(YamlMap? map)
    {
        if (map is null) return null;
        var usual = new CostMixConfig();
        return new CostMixConfig(map.Number("input") ?? usual.Input, map.Number("output") ?? usual.Output, map.Number("cachedInput") ?? usual.CachedInput);
    }

    public static BackendCostConfig? Cost(YamlMap? cost) =>
        Amount(cost, "input") is { } input && Amount(cost, "output") is { } output ? new BackendCostConfig(input, output) : null;

    private static decimal? Amount(YamlMap? map, string key) =>
        decimal.TryParse(map?.Text(key), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) ? amount : null;
}
