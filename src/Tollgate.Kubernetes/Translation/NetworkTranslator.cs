using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>From where a SecurityPolicy lets callers in.</summary>
internal static class NetworkTranslator
{
    /// <summary>Networks that may call and those that may not. The first rule that fits decides there; here a network that may not call wins.</summary>
    public static YamlMap? Translate(YamlMap? authorization, Findings findings)
    {
        if (authorization is null) return null;
        var rules = authorization.Maps("rules").ToList();
        foreach (var rule in rules.Where(rule => rule["operation"] is not null || rule.Map("principal") is not { } principal || principal.Entries.Any(entry => entry.Key != "clientCIDRs")))
        {
            findings.Refuse(rule.Place, "callers are allowed and denied by their networks (clientCIDRs); what they may ask for is said at clients in tollgate.yaml");
        }

        var allows = rules.Where(rule => rule.Text("action") == "Allow").ToList();
        var denies = rules.Where(rule => rule.Text("action") == "Deny").ToList();
        var isDenied = authorization.Text("defaultAction") != "Allow";
        if (allows.Count > 0 && denies.Count > 0 && rules.IndexOf(allows[0]) < rules.IndexOf(denies[^1])) findings.Refuse(denies[^1].Place, "a network that may not call counts before those that may: put this rule first");
        if (isDenied && allows.Count == 0) findings.Refuse(authorization.Place, "nobody may call: add a rule with action: Allow, or write defaultAction: Allow");
        return Tree.MapOrNull(authorization.Place, ("allow", isDenied ? Cidrs(allows) : null), ("deny", Cidrs(denies)));
    }

    private static YamlList? Cidrs(List<YamlMap> rules) =>
        rules.SelectMany(rule => rule.Map("principal")?.Scalars("clientCIDRs") ?? []).ToList() is { Count: > 0 } networks ? Tree.List(rules[0].Place, networks) : null;
}
