using System.Globalization;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Makes limits of QuotaPolicies: pools of buckets for one model of one backend, each charged, and one of them with room enough.</summary>
internal sealed class QuotaTranslator(ResourceSet set, ProviderTranslator providers, Findings findings)
{
    private readonly List<YamlNode> _costs = [];

    /// <summary>Costs that quotas count by.</summary>
    public IReadOnlyList<YamlNode> Costs => _costs;

    public IEnumerable<YamlEntry> Translate() => set.Of("QuotaPolicy").OrderBy(policy => $"{policy.Namespace}/{policy.Name}", StringComparer.Ordinal).SelectMany(OfPolicy).ToList();

    private IEnumerable<YamlEntry> OfPolicy(Resource policy)
    {
        if (policy.Spec.Map("serviceQuota") is { } service) findings.Warn(service.Place, "serviceQuota has no effect: the original does not enforce it either");
        var names = ResourceSet.Targets(policy)
            .Select(target => set.Resolve(policy, target, "AIServiceBackend"))
            .OfType<Resource>()
            .SelectMany(providers.NamesOf)
            .ToList();
        return names.Count == 0 ? [] : policy.Spec.Maps("perModelQuotas").SelectMany(quota => OfModel(policy, quota, names));
    }

    private IEnumerable<YamlEntry> OfModel(Resource policy, YamlMap model, List<string> names)
    {
        var (name, quota) = ($"{policy.Name}/{model.Text("modelName")}", model.Map("quota")!);
        var buckets = quota.Maps("bucketRules").Select(rule => (Bucket: rule.Map("quota")!, Rule: (YamlMap?)rule)).ToList();
        if (quota.Map("defaultBucket") is { } last) buckets.Add((last, null));
        var cost = CostName(name, quota.Scalar("costExpression"));
        for (var i = 0; i < buckets.Count; i++)
        {
            var (bucket, rule) = buckets[i];
            var selector = new SelectorTranslator(findings, new Dictionary<string, string>(StringComparer.Ordinal));
            foreach (var part in rule?.Maps("clientSelectors") ?? []) selector.Read(part);
            if (selector.Models.Count > 0) findings.Refuse(rule!.Place, "a quota is for the model that modelName says: take x-ai-eg-model out of the selectors");
            yield return new YamlEntry(rule is null ? name : $"{name}/{i.ToString(CultureInfo.InvariantCulture)}", bucket.Place, Tree.Map(bucket.Place,
            [
                cost is null ? ("tokens", bucket.Scalar("limit")) : ("cost", Tree.Map(bucket.Place, (cost, bucket.Scalar("limit")))),
                ("per", Tree.Text(bucket.Place, Period(bucket.Text("duration")))),
                ("by", selector.By.Count == 0 ? null : Tree.List(bucket.Place, selector.By)),
                ("match", Tree.Map(bucket.Place,
                [
                    ("providers", Tree.List(bucket.Place, names.Select(provider => Tree.Text(bucket.Place, provider)).ToList())),
                    ("models", Tree.List(bucket.Place, [Tree.Text(bucket.Place, model.Text("modelName") ?? "")])),
                    ("headers", selector.Headers.Count == 0 ? null : Tree.Map(bucket.Place, selector.Headers)),
                ])),
                ("pool", buckets.Count > 1 ? Tree.Text(bucket.Place, name) : null),
                ("shadow", rule?.Scalar("shadowMode") is { Text: "true" } shadow ? shadow : null),
            ]));
        }
    }

    /// <summary>Tokens, where nothing else is written; else a cost of its own.</summary>
    private string? CostName(string quota, YamlScalar? expression)
    {
        if (expression is null || expression.Text.Trim() == "total_tokens") return null;

        var name = string.Concat(("quota_" + quota).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        _costs.Add(Tree.Map(expression.Place, ("name", Tree.Text(expression.Place, name)), ("type", Tree.Text(expression.Place, "CEL")), ("expression", expression with { IsPlain = false })));
        return name;
    }

    private static string Period(string? duration) => duration switch { "1s" => "second", "1h" => "hour", "1d" => "day", _ => "minute" };
}
