using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>When providers are left alone, and how much they are asked at once.</summary>
internal sealed class HealthTranslator(PolicyLookup policies, Resource route, string? ruleName)
{
    private const string DefaultInterval = "3s";

    public IEnumerable<(string Key, YamlNode? Value)> Members()
    {
        var breaker = policies.Of(route, ruleName, "circuitBreaker") as YamlMap;
        var concurrent = breaker?.Scalar("maxParallelRequests") is { Text: not "0" } most ? most : null;
        return
        [
            ("maxConcurrent", concurrent),
            ("maxQueued", concurrent is null ? null : breaker!.Scalar("maxPendingRequests")),
            ("health", Health()),
        ];
    }

    private YamlMap? Health()
    {
        var passive = policies.Of(route, ruleName, "healthCheck", "passive") as YamlMap;
        var active = policies.Of(route, ruleName, "healthCheck", "active") as YamlMap;
        if (passive is null && active is null) return null;

        var place = (passive ?? active)!.Place;
        return Tree.MapOrNull(place,
        [
            ("failures", NotZero(passive?.Scalar("consecutive5XxErrors"))),
            ("errorRate", NotZero(passive?.Scalar("failurePercentageThreshold"))),
            ("window", passive?.Scalar("interval")),
            ("rest", passive?.Scalar("baseEjectionTime")),
            ("probe", active is null ? null : Probe(active)),
        ]);
    }

    // The original asks the host at this path; probes here begin at the provider's url.
    private static YamlMap? Probe(YamlMap active) => active.Map("http")?.Scalar("path") is not { } path ? null : Tree.Map(active.Place,
    [
        ("interval", active.Scalar("interval") ?? Tree.Text(active.Place, DefaultInterval)),
        ("path", path with { Text = "/.." + path.Text, Written = "/.." + path.Written, IsPlain = false }),
    ]);

    private static YamlScalar? NotZero(YamlScalar? number) => number is { Text: "0" } ? null : number;
}
