using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Makes models of rules: by the plain names of models where that says all, else with <c>match</c>.</summary>
internal sealed class RouteTranslator(PolicyLookup policies, ProviderTranslator providers, AccessTranslator access, Findings findings)
{
    private const string DefaultOwner = "Envoy AI Gateway";

    public YamlMap? Translate(List<Alternative> alternatives)
    {
        if (alternatives.Count == 0) return null;

        var isPlain = alternatives.TrueForAll(a => a.Headers.Count == 0 && a.Hosts.Count == 0 && a.PlainName is not null);
        var entries = new List<YamlEntry>();
        var seen = new Dictionary<string, Alternative>(StringComparer.Ordinal);
        foreach (var alternative in alternatives)
        {
            var name = isPlain ? alternative.PlainName! : alternative.Label;
            if (seen.TryGetValue(name, out var first))
            {
                findings.Warn(alternative.Model?.Place ?? alternative.Rule.Place, $"{alternative.Label} is never reached for this: {first.Label} comes before it and matches the same");
                continue;
            }

            seen[name] = alternative;
            entries.Add(new YamlEntry(name, alternative.Rule.Place, Model(alternative, isPlain)));
        }

        return new YamlMap(alternatives[0].Rule.Place, entries);
    }

    private YamlMap Model(Alternative alternative, bool isPlain)
    {
        var (route, rule, place) = (alternative.Route, alternative.Rule, alternative.Rule.Place);
        var traffic = new TrafficTranslator(policies, route, alternative.RuleName, rule);
        return Tree.Map(place,
        [
            ("match", isPlain ? null : Match(alternative)),
            ("backends", providers.Backends(route, alternative.RuleName, rule)),
            ("access", access.Of(alternative)),
            ("ownedBy", rule.Scalar("modelsOwnedBy") ?? Tree.Text(place, DefaultOwner)),
            ("created", Created(rule.Scalar("modelsCreatedAt") ?? route.Root.Map("metadata")?.Scalar("creationTimestamp"))),
            ("balance", traffic.Balance(findings)),
            ("retry", traffic.Retry()),
            ("timeouts", traffic.Timeouts()),
            ("costs", CostTranslator.Translate(route.Spec, "llmRequestCosts")),
        ]);
    }

    // RFC 3339 allows more digits and small letters than a date of the compact file.
    private static YamlScalar? Created(YamlScalar? time) =>
        time is not null && DateTimeOffset.TryParse(time.Text, System.Globalization.CultureInfo.InvariantCulture, out var moment)
            ? Tree.Text(time.Place, moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture))
            : null;

    private static YamlMap Match(Alternative alternative)
    {
        var place = alternative.Rule.Place;
        return Tree.Map(place,
        [
            ("model", alternative.Model is { } model ? TextOrRegex(model) : Tree.Text(place, "*")),
            ("headers", alternative.Headers.Count == 0 ? null : Tree.Map(place, [.. alternative.Headers.Select(header => (header.Text("name") ?? "", (YamlNode?)TextOrRegex(header)))])),
            ("hosts", alternative.Hosts.Count == 0 ? null : Tree.List(place, alternative.Hosts)),
        ]);
    }

    private static YamlNode TextOrRegex(YamlMap header)
    {
        var value = Tree.Text(header.Place, header.Text("value") ?? "", header.Scalar("value")?.Written);
        if (!Alternative.IsPattern(header)) return value;
        return Tree.Map(header.Place, ("regex", value));
    }
}
