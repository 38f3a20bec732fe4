using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Which SecurityPolicy says who may ask: that of the rule, else of its route, else of the Gateway. The nearest counts alone.</summary>
internal sealed class AccessPolicies
{
    private const string Kind = "SecurityPolicy";

    private static readonly string[] RouteKinds = ["HTTPRoute", "AIGatewayRoute"];

    private readonly Dictionary<Alternative, Resource?> _nearest = [];

    public AccessPolicies(ResourceSet set, Resource gateway, IReadOnlyList<Alternative> alternatives, Findings findings)
    {
        var ofGateway = Only(set.Targeting(Kind, gateway.Namespace, ["Gateway"], gateway.Name), findings);
        foreach (var alternative in alternatives)
        {
            var (space, name) = (alternative.Route.Namespace, alternative.Route.Name);
            _nearest[alternative] = (alternative.RuleName is { } rule ? Only(set.Targeting(Kind, space, RouteKinds, name, rule), findings) : null)
                ?? Only(set.Targeting(Kind, space, RouteKinds, name), findings)
                ?? ofGateway;
        }

        All = [.. _nearest.Values.Append(alternatives.Count == 0 ? ofGateway : null).OfType<Resource>().Distinct()];
        AreOne = _nearest.Values.Distinct().Count() <= 1;
        foreach (var idle in set.Of(Kind).Except(All).Where(policy => policy != ofGateway)) findings.Refuse(idle.Place, $"{idle.Title} cannot be served: it targets nothing that is here, name {gateway.Title}, a route or a named rule of one");
        if (ofGateway is not null) foreach (var merged in All.Where(policy => policy != ofGateway && policy.Spec["mergeType"] is not null)) findings.Refuse(merged.Place, $"{merged.Title} cannot be merged with {ofGateway.Title}: the nearest policy counts alone, write all of it there and remove mergeType");
    }

    /// <summary>Those that count for something, each once.</summary>
    public IReadOnlyList<Resource> All { get; }

    /// <summary>True when one policy, or none, counts for everything.</summary>
    public bool AreOne { get; }

    /// <summary>The one that counts; null when none does.</summary>
    public Resource? Of(Alternative alternative) => _nearest[alternative];

    private static Resource? Only(IEnumerable<Resource> policies, Findings findings)
    {
        var found = policies.ToList();
        foreach (var more in found.Skip(1)) findings.Refuse(more.Place, $"{more.Title} cannot be served: {found[0].Title} says already who may call there");
        return found.FirstOrDefault();
    }
}
