using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Finds the traffic policy of a rule: its own, else its route's, else the Gateway's.</summary>
internal sealed class PolicyLookup(ResourceSet set, Resource gateway)
{
    private const string Kind = "BackendTrafficPolicy";

    // The original makes an HTTPRoute of the same name, and its policies target that.
    private static readonly string[] RouteKinds = ["HTTPRoute", "AIGatewayRoute"];

    /// <summary>What the policy that counts says at a path; null when none says anything there.</summary>
    public YamlNode? Of(Resource route, string? rule, params string[] path)
    {
        foreach (var policy in Policies(route, rule))
        {
            if (policy.Spec.At(path) is { } found) return found;
        }

        return null;
    }

    /// <summary>The share of backends that may be left alone, which a gateway has one of.</summary>
    public YamlMap? MaxEjected() => set.Of(Kind).Select(policy => policy.Spec.MapAt("healthCheck", "passive")?.Scalar("maxEjectionPercent")).FirstOrDefault(share => share is { Text: not "0" }) is { } share
        ? Tree.Map(share.Place, ("maxEjected", Tree.Plain(share.Place, share.Text)))
        : null;

    /// <summary>The policies that count for a rule, the nearest first: that alone, unless it says that it is merged with those around it.</summary>
    public IEnumerable<Resource> Policies(Resource route, string? rule)
    {
        foreach (var policy in All(route, rule))
        {
            yield return policy;
            if (policy.Spec.Text("mergeType") is null) yield break;
        }
    }

    private IEnumerable<Resource> All(Resource route, string? rule) =>
    [
        .. rule is null ? [] : set.Targeting(Kind, route.Namespace, RouteKinds, route.Name, rule),
        .. set.Targeting(Kind, route.Namespace, RouteKinds, route.Name),
        .. set.Targeting(Kind, gateway.Namespace, ["Gateway"], gateway.Name),
    ];
}
