using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Who may call, of the SecurityPolicy of the Gateway; of one of a route where that is the only route.</summary>
internal sealed class AccessTranslator(ResourceSet set, SecretReader secrets, Resource gateway, IReadOnlyList<Resource> routes, Findings findings)
{
    private const string Kind = "SecurityPolicy";
    private const string KeySetKey = "jwks";
    private const string PasswordFile = ".htpasswd";

    private static readonly string[] RouteKinds = ["HTTPRoute", "AIGatewayRoute"];

    private readonly Resource? _policy = Find(set, gateway, routes, findings);

    /// <summary>True when callers are told apart, so that the gateway may listen beyond this machine.</summary>
    public bool KnowsCallers => _policy is { Spec: var spec } && (spec["apiKeyAuth"] is not null || spec["jwt"] is not null || spec["basicAuth"] is not null);

    /// <summary>Headers that would be made of claims of a caller's token: limits count by the claims themselves.</summary>
    public Dictionary<string, string> ClaimsOfHeaders { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Members of the file's root.</summary>
    public IEnumerable<(string Key, YamlNode? Value)> Members() => _policy is null ? [] :
    [
        ("clients", Clients(_policy)),
        ("authentication", Tree.MapOrNull(_policy.Place, ("jwt", Issuers(_policy)), ("basic", Passwords(_policy)), ("keysFrom", Places(_policy)))),
        ("cors", Cors(_policy.Spec.Map("cors"))),
        ("access", Networks(_policy.Spec.Map("authorization"))),
    ];

    private static Resource? Find(ResourceSet set, Resource gateway, IReadOnlyList<Resource> routes, Findings findings)
    {
        var found = set.Targeting(Kind, gateway.Namespace, ["Gateway"], gateway.Name).Concat(routes.SelectMany(route => set.Targeting(Kind, route.Namespace, RouteKinds, route.Name).Where(_ => routes.Count == 1))).Distinct().ToList();
        foreach (var other in set.Of(Kind).Except(found)) findings.Refuse(other.Place, $"{other.Title} cannot be served: one policy says who may call the whole gateway, target {gateway.Title}");
        foreach (var more in found.Skip(1)) findings.Refuse(more.Place, $"{more.Title} cannot be served: {found[0].Title} says already who may call");
        return found.FirstOrDefault();
    }

    /// <summary>Every key of the Secrets is a caller's name, and its value the caller's key.</summary>
    private YamlMap? Clients(Resource policy)
    {
        var entries = new List<YamlEntry>();
        foreach (var reference in policy.Spec.Map("apiKeyAuth")?.Maps("credentialRefs") ?? [])
        {
            if (set.Resolve(policy, reference, "Secret") is not { } secret) continue;
            foreach (var entry in ((string[])["stringData", "data"]).SelectMany(member => secret.Root.Map(member)?.Entries ?? []).DistinctBy(entry => entry.Key, StringComparer.Ordinal))
            {
                if (secrets.Value(secret, entry.Key, reference.Place) is YamlScalar key) entries.Add(new YamlEntry(entry.Key, entry.Place, Tree.Map(entry.Place, ("key", key))));
                else findings.Refuse(entry.Place, $"the key of {entry.Key} stands in a file: write it below stringData, as \"${{VARIABLE}}\"");
            }
        }

        return entries.Count == 0 ? null : new YamlMap(entries[0].Place, entries);
    }

    private static YamlMap? Places(Resource policy)
    {
        var places = policy.Spec.Map("apiKeyAuth")?.Maps("extractFrom").ToList() ?? [];
        return places.Count == 0 ? null : Tree.MapOrNull(places[0].Place, ("headers", All("headers")), ("query", All("params")), ("cookies", All("cookies")));

        YamlList? All(string key) => places.SelectMany(place => place.Scalars(key)).ToList() is { Count: > 0 } names ? Tree.List(places[0].Place, names) : null;
    }

    private YamlList? Issuers(Resource policy)
    {
        if (policy.Spec.Map("jwt") is not { } jwt) return null;
        if (jwt.Flag("optional") == true) findings.Refuse(jwt.Place, "a token is asked of all callers or of none: remove optional, or jwt");
        return Tree.List(jwt.Place, jwt.Maps("providers").Select(provider => Issuer(policy, provider)).OfType<YamlMap>().ToList());
    }

    private YamlMap? Issuer(Resource policy, YamlMap provider)
    {
        var place = provider.Place;
        var audiences = provider.Scalars("audiences").ToList();
        if (provider.Scalar("issuer") is not { } issuer || audiences.Count == 0)
        {
            findings.Refuse(place, "tokens of anybody, or for anybody, are not taken: write issuer and audiences");
            return null;
        }

        if (KeysOf(policy, provider) is not { } keys) return null;

        foreach (var claim in provider.Maps("claimToHeaders")) ClaimsOfHeaders[claim.Text("header") ?? ""] = claim.Text("claim") ?? "";
        return Tree.Map(place, ("issuer", issuer), ("jwks", keys), ("audiences", Tree.List(place, audiences)));
    }

    /// <summary>An address, a file's path, or <c>{ json: TEXT }</c>.</summary>
    private YamlNode? KeysOf(Resource policy, YamlMap provider)
    {
        if (provider.MapAt("remoteJWKS")?.Scalar("uri") is { } address) return address;

        var local = provider.Map("localJWKS")!; // one of both is there
        var value = local.Text("type") == "ValueRef" ? OfReference(policy, local) : local.Scalar("inline");
        return value switch
        {
            YamlMap file => file["file"],
            YamlScalar text => Tree.Map(text.Place, ("json", text)),
            _ => null,
        };
    }

    // The original takes the key jwks, else the first one that there is.
    private YamlNode? OfReference(Resource policy, YamlMap local)
    {
        if (local.Map("valueRef") is not { } reference || set.Resolve(policy, reference, "ConfigMap") is not { } holder) return null;
        var data = holder.Root.Map("data");
        return secrets.Value(holder, data?["jwks"] is null && data?.Entries is [var first, ..] ? first.Key : KeySetKey, reference.Place);
    }

    private YamlMap? Passwords(Resource policy)
    {
        if (policy.Spec.MapAt("basicAuth", "users") is not { } reference || secrets.Read(policy, reference, PasswordFile) is not { } value) return null;
        if (value is YamlMap file) return Tree.Map(reference.Place, ("file", file["file"]));

        findings.Refuse(reference.Place, $"users are read from a file, again when it changes: write the annotation substitution.aigw.run/file/{PasswordFile}: PATH at the Secret");
        return null;
    }

    private static YamlMap? Cors(YamlMap? cors) => cors is null ? null : Tree.Map(cors.Place,
    [
        ("origins", cors["allowOrigins"]),
        ("methods", cors["allowMethods"]),
        ("headers", cors["allowHeaders"]),
        ("exposeHeaders", cors["exposeHeaders"]),
        ("maxAge", cors["maxAge"]),
        ("credentials", cors["allowCredentials"]),
    ]);

    /// <summary>Networks that may call and those that may not. The first rule that fits decides there; here a network that may not call wins.</summary>
    private YamlMap? Networks(YamlMap? authorization)
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
