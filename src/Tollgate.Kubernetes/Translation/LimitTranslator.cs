using System.Globalization;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Makes limits of the rate limits of BackendTrafficPolicies: for each rule of a route that such a policy counts for.</summary>
internal sealed class LimitTranslator(PolicyLookup policies, AccessTranslator access, Resource? config, Findings findings)
{
    private const string Namespace = "io.envoy.ai_gateway";

    public IEnumerable<YamlEntry> Translate(IReadOnlyList<Alternative> alternatives)
    {
        var rules = alternatives.GroupBy(alternative => alternative.Rule).Select(group => group.ToList()).ToList();
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            foreach (var (policy, limit, index) in LimitsOf(rule[0]))
            {
                var name = $"{policy.Name}/{limit.Text("name") ?? index.ToString(CultureInfo.InvariantCulture)}";
                var isShared = limit.Flag("shared") == true || policy.Spec.MapAt("rateLimit")?.Flag("shared") == true;
                var selector = new SelectorTranslator(findings, access.ClaimsOfHeaders);
                foreach (var part in limit.Maps("clientSelectors")) selector.Read(part);

                // A counter of its own for each rule, unless there is one rule only, or the limit names the model itself.
                var isForAll = isShared || rules.Count == 1 || selector.Models.Count > 0;
                var own = isForAll ? name : $"{name}/{rule[0].RuleLabel}";
                if (!written.Add(own)) continue;
                if (!isForAll) selector.Models.AddRange(ModelsOf(rule, limit));
                if (Limit(rule[0], limit, selector) is { } map) yield return new YamlEntry(own, limit.Place, map);
            }
        }
    }

    private IEnumerable<(Resource Policy, YamlMap Limit, int Index)> LimitsOf(Alternative rule) => policies.Policies(rule.Route, rule.RuleName)
        .Where(policy => policy.Spec["rateLimit"] is not null)
        .Take(1)
        .SelectMany(policy => ((string[])["global", "local"]).SelectMany(type => policy.Spec.MapAt("rateLimit", type)?.Maps("rules") ?? []).Select((limit, index) => (policy, limit, index)));

    private IEnumerable<YamlNode> ModelsOf(List<Alternative> rule, YamlMap limit)
    {
        foreach (var alternative in rule)
        {
            if (alternative.PlainName is { } name && alternative.Headers.Count == 0 && alternative.Hosts.Count == 0) yield return Tree.Text(limit.Place, name);
            else findings.Refuse(limit.Place, $"this limit is for {alternative.Label}, which is not told by the model's name alone: write shared: true, or a selector with x-ai-eg-model");
        }
    }

    private YamlMap? Limit(Alternative rule, YamlMap limit, SelectorTranslator selector)
    {
        var place = limit.Place;
        if (Amount(rule, limit) is not { } amount || Period(limit.TextAt("limit", "unit"), place) is not { } per) return null;
        return Tree.Map(place,
        [
            amount,
            ("per", Tree.Text(place, per)),
            ("by", selector.By.Count == 0 ? null : Tree.List(place, selector.By)),
            ("match", Tree.MapOrNull(place,
            [
                ("models", selector.Models.Count == 0 ? null : Tree.List(place, selector.Models)),
                ("headers", selector.Headers.Count == 0 ? null : Tree.Map(place, selector.Headers)),
            ])),
            ("shadow", limit.Scalar("shadowMode") is { Text: "true" } shadow ? shadow : null),
        ]);
    }

    /// <summary>What is counted, and how much of it.</summary>
    private (string Key, YamlNode? Value)? Amount(Alternative rule, YamlMap limit)
    {
        var number = limit.MapAt("limit")?.Scalar("requests");
        if (number is null) return null;
        if (number.Text == "0")
        {
            findings.Refuse(number.Place, "a limit of 0 would refuse every request: take the route out");
            return null;
        }

        var before = limit.MapAt("cost", "request");
        var after = limit.MapAt("cost", "response");
        if (before?.Text("from") == "Metadata" || before?.Text("number") is not (null or "0" or "1") || (after is not null && before?.Text("number") != "0") || after?.Text("from") == "Number")
        {
            findings.Refuse(limit.Place, "a limit counts requests (cost left out), or what they cost (cost.request: number 0, cost.response: from Metadata): write a rule for each");
            return null;
        }

        if (after?.Map("metadata") is not { } metadata) return ("requests", number);
        if (metadata.Text("namespace") == Namespace && CostOf(rule, metadata.Text("key")) is { } type) return Counted(type, metadata.Text("key")!, number);

        findings.Problems.Error(metadata.Place, $"no cost {metadata.Text("namespace")}:{metadata.Text("key")} is worked out for {rule.Label}: add it to llmRequestCosts, in the namespace {Namespace}");
        return null;
    }

    private string? CostOf(Alternative rule, string? key) => rule.Route.Spec.Maps("llmRequestCosts").Concat(config?.Spec.Maps("globalLLMRequestCosts") ?? [])
        .FirstOrDefault(cost => cost.Text("metadataKey") == key)?.Text("type");

    private static (string Key, YamlNode? Value) Counted(string type, string name, YamlScalar number) => type switch
    {
        "TotalToken" => ("tokens", number),
        "InputToken" => ("inputTokens", number),
        "OutputToken" => ("outputTokens", number),
        _ => ("cost", Tree.Map(number.Place, (name, number))),
    };

    private string? Period(string? unit, SourcePlace place)
    {
        if (unit is not "Year") return unit?.ToLowerInvariant();
        findings.Refuse(place, "a limit is over a month at most: write unit: Month");
        return null;
    }
}
