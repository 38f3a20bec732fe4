using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>One way to match a rule of a route.</summary>
/// <param name="Route">Where it stands.</param>
/// <param name="Rule">The rule.</param>
/// <param name="RuleName">Its name; null when it has none.</param>
/// <param name="Label">Tells it from all others.</param>
/// <param name="Headers">Headers that must fit, without the model's.</param>
/// <param name="Model">What the model must be; null: any.</param>
internal sealed record Alternative(Resource Route, YamlMap Rule, string? RuleName, string Label, IReadOnlyList<YamlMap> Headers, YamlMap? Model)
{
    public IReadOnlyList<YamlScalar> Hosts { get; } = [.. Route.Spec.Scalars("hostnames")];

    /// <summary>More headers come first, then more that are compared exactly: the order in which Envoy Gateway sorts.</summary>
    public (int Count, int Exact) Precision => (Headers.Count + (Model is null ? 0 : 1), Headers.Append(Model).Count(header => header is not null && !IsPattern(header)));

    /// <summary>The rule alone.</summary>
    public string RuleLabel => RuleName ?? Label;

    /// <summary>The name of a model, or the glob that says the same as its expression; null when there is none.</summary>
    public string? PlainName { get; } = NameOf(Model);

    public static bool IsPattern(YamlMap header) => header.Text("type") == "RegularExpression";

    private static string? NameOf(YamlMap? model)
    {
        if (model?.Text("value") is not { } value) return model is null ? "*" : null;
        if (!IsPattern(model)) return value.Contains('*', StringComparison.Ordinal) ? null : value;

        // Only letters that stand for themselves in both, and a dot and a star for any.
        var glob = value.TrimStart('^').TrimEnd('$').Replace("\\.", "\u0001", StringComparison.Ordinal).Replace(".*", "*", StringComparison.Ordinal);
        return glob.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '/' or ':' or '*' or '\u0001') ? glob.Replace('\u0001', '.') : null;
    }
}

/// <summary>Lists the rules of the routes that are attached to the Gateway, in the order in which they are tried.</summary>
internal sealed class RouteCollector(ResourceSet set, Resource gateway, Findings findings)
{
    private const string ModelHeader = "x-ai-eg-model";

    public List<Alternative> Collect()
    {
        // Without times of creation, which files do not have, routes come by name.
        var routes = set.Of("AIGatewayRoute").OrderBy(route => $"{route.Namespace}/{route.Name}", StringComparer.Ordinal).Where(IsAttached).ToList();
        var alternatives = routes.SelectMany(route => OfRoute(route, routes.Count(other => other.Name == route.Name) > 1)).ToList();
        return [.. alternatives.OrderByDescending(a => a.Precision.Count).ThenByDescending(a => a.Precision.Exact)];
    }

    private bool IsAttached(Resource route)
    {
        var parents = route.Spec.Maps("parentRefs").ToList();
        if (!parents.Exists(parent => parent.Text("name") == gateway.Name && (parent.Text("namespace") ?? route.Namespace) == gateway.Namespace))
        {
            findings.Warn(route.Place, $"{route.Title} is not served: its parentRefs do not name {gateway.Title}");
            return false;
        }

        if (route.Namespace == gateway.Namespace || gateway.Spec.Maps("listeners").Any(Takes)) return true;

        findings.Warn(route.Place, $"{route.Title} is not served: the listeners of {gateway.Title} take routes of their own namespace only, allowedRoutes: {{ namespaces: {{ from: All }} }} takes others");
        return false;
    }

    // A selector picks namespaces by labels, which files do not show: who writes one means other namespaces.
    private static bool Takes(YamlMap listener) => listener.MapAt("allowedRoutes", "namespaces")?.Text("from") is "All" or "Selector";

    private IEnumerable<Alternative> OfRoute(Resource route, bool isAmbiguous)
    {
        var index = 0;
        foreach (var rule in route.Spec.Maps("rules"))
        {
            var name = rule.Text("name");
            var label = $"{(isAmbiguous ? route.Namespace + "/" : "")}{route.Name}/{name ?? $"rule-{index}"}";
            index++;
            if (!rule.Maps("backendRefs").Any())
            {
                findings.Refuse(rule.Place, $"{label} names no backendRefs, so it could answer nothing: add one, or remove the rule");
                continue;
            }

            var matches = rule.Maps("matches").ToList();
            if (matches.Count == 0) yield return new Alternative(route, rule, name, label, [], null);
            for (var i = 0; i < matches.Count; i++) yield return OfMatch(route, rule, name, matches.Count == 1 ? label : $"{label}/{i}", matches[i]);
        }
    }

    private static Alternative OfMatch(Resource route, YamlMap rule, string? name, string label, YamlMap match)
    {
        var headers = match.Maps("headers").ToLookup(IsModel);
        return new Alternative(route, rule, name, label, [.. headers[false]], headers[true].FirstOrDefault());
    }

    private static bool IsModel(YamlMap header) => string.Equals(header.Text("name"), ModelHeader, StringComparison.OrdinalIgnoreCase);
}
