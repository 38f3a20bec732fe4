using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Who may call, of the SecurityPolicies: for the whole gateway where one counts for everything, else for each model what is different there.</summary>
internal sealed class AccessTranslator
{
    private const string PasswordFile = ".htpasswd";

    private static readonly string[] Methods = ["apiKeyAuth", "jwt", "basicAuth"];

    private readonly ResourceSet _set;
    private readonly SecretReader _secrets;
    private readonly Findings _findings;
    private readonly AccessPolicies _policies;
    private readonly TokenTranslator _tokens;

    public AccessTranslator(ResourceSet set, SecretReader secrets, Resource gateway, IReadOnlyList<Alternative> alternatives, Findings findings)
    {
        (_set, _secrets, _findings) = (set, secrets, findings);
        _tokens = new TokenTranslator(set, secrets, findings);
        _policies = new AccessPolicies(set, gateway, alternatives, findings);
        RefuseWhatWouldBeWider(alternatives);
    }

    /// <summary>True when callers are told apart, so that the gateway may listen beyond this machine.</summary>
    public bool KnowsCallers => _policies.All.Any(Knows);

    /// <summary>Headers that would be made of claims of a caller's token: limits count by the claims themselves.</summary>
    public Dictionary<string, string> ClaimsOfHeaders => _tokens.ClaimsOfHeaders;

    /// <summary>Members of the file's root.</summary>
    public IEnumerable<(string Key, YamlNode? Value)> Members() => _policies.All is not [var first, ..] ? [] :
    [
        ("clients", Clients(first)),
        ("authentication", Tree.MapOrNull(first.Place, ("jwt", Issuers(first)), ("basic", Passwords()), ("keysFrom", Places(first)))),
        ("cors", Cors(first.Spec.Map("cors"))),
        ("access", _policies.AreOne ? NetworkTranslator.Translate(first.Spec.Map("authorization"), _findings) : null),
    ];

    /// <summary>Who may ask for a model, where not everything has the same policy; null where all may who may call.</summary>
    public YamlMap? Of(Alternative alternative)
    {
        if (_policies.AreOne || _policies.Of(alternative) is not { } policy) return null;

        var networks = NetworkTranslator.Translate(policy.Spec.Map("authorization"), _findings);
        return Tree.MapOrNull(policy.Place,
        [
            ("clients", NonEmpty(policy, Keys(policy).Select(entry => Tree.Text(entry.Place, entry.Key)))),
            ("issuers", NonEmpty(policy, policy.Spec.Map("jwt")?.Maps("providers").Select(provider => provider.Scalar("issuer")).OfType<YamlScalar>() ?? [])),
            ("passwords", policy.Spec["basicAuth"] is { } passwords ? Tree.Plain(passwords.Place, "true") : null),
            ("allow", networks?["allow"]),
            ("deny", networks?["deny"]),
        ]);
    }

    private static bool Knows(Resource policy) => Methods.Any(method => policy.Spec[method] is not null);

    private void RefuseWhatWouldBeWider(IReadOnlyList<Alternative> alternatives)
    {
        foreach (var policy in _policies.All.Where(policy => Methods.Count(method => policy.Spec[method] is not null) > 1))
        {
            _findings.Refuse(policy.Place, $"{policy.Title} asks callers for several of {string.Join(", ", Methods)}, and here one of them would be enough: keep one");
        }

        if (_policies.AreOne) return;

        if (KnowsCallers && alternatives.FirstOrDefault(alternative => _policies.Of(alternative) is not { } policy || !Knows(policy)) is { } open)
        {
            _findings.Refuse(open.Rule.Place, $"{open.Label} would be open to everybody while other routes ask who calls: give it a SecurityPolicy with {string.Join(", ", Methods[..^1])} or {Methods[^1]}, or serve it with a gateway of its own");
        }

        foreach (var other in _policies.All.Skip(1).Where(policy => !YamlSameness.AreSame(policy.Spec["cors"], _policies.All[0].Spec["cors"])))
        {
            _findings.Refuse(other.Place, $"cors of {other.Title} differs from that of {_policies.All[0].Title}: browsers ask before they name a model, so pages may call the whole gateway or none of it");
        }

        if (_policies.All.Select(policy => policy.Spec["basicAuth"]).OfType<YamlNode>().ToList() is [var users, .. var more])
        {
            foreach (var other in more.Where(node => !YamlSameness.AreSame(node, users))) _findings.Refuse(other.Place, "users with passwords are the same everywhere: name the same Secret, or give those of one route keys");
        }
    }

    private static YamlList? NonEmpty(Resource policy, IEnumerable<YamlScalar> items) => items.ToList() is { Count: > 0 } list ? Tree.List(policy.Place, list) : null;

    /// <summary>Every key of the Secrets is a caller's name, and its value the caller's key.</summary>
    private YamlMap? Clients(Resource first)
    {
        var entries = new Dictionary<string, YamlEntry>(StringComparer.Ordinal);
        foreach (var entry in _policies.All.SelectMany(Keys))
        {
            if (entries.TryAdd(entry.Key, entry) || YamlSameness.AreSame(entries[entry.Key].Value, entry.Value)) continue;
            _findings.Refuse(entry.Place, $"two Secrets have a key for the caller {entry.Key}, and they differ: give one of the callers another name");
        }

        return entries.Count == 0 ? null : new YamlMap(first.Place, [.. entries.Values]);
    }

    private IEnumerable<YamlEntry> Keys(Resource policy)
    {
        foreach (var reference in policy.Spec.Map("apiKeyAuth")?.Maps("credentialRefs") ?? [])
        {
            if (_set.Resolve(policy, reference, "Secret") is not { } secret) continue;
            foreach (var entry in ((string[])["stringData", "data"]).SelectMany(member => secret.Root.Map(member)?.Entries ?? []).DistinctBy(entry => entry.Key, StringComparer.Ordinal))
            {
                if (_secrets.Value(secret, entry.Key, reference.Place) is YamlScalar key) yield return new YamlEntry(entry.Key, entry.Place, Tree.Map(entry.Place, ("key", key)));
                else _findings.Refuse(entry.Place, $"the key of {entry.Key} stands in a file: write it below stringData, as \"${{VARIABLE}}\"");
            }
        }
    }

    // Tokens come in authorization, wherever keys are looked for.
    private YamlMap? Places(Resource first)
    {
        var places = _policies.All.SelectMany(policy => policy.Spec.Map("apiKeyAuth")?.Maps("extractFrom") ?? []).ToList();
        var tokens = _policies.All.FirstOrDefault(policy => policy.Spec["jwt"] is not null) is { } policy ? Tree.Text(policy.Place, "authorization") : null;
        return places.Count == 0 ? null : Tree.MapOrNull(first.Place, ("headers", All("headers", tokens)), ("query", All("params", null)), ("cookies", All("cookies", null)));

        YamlList? All(string key, YamlScalar? more) => NonEmpty(first, places.SelectMany(place => place.Scalars(key)).Append(more).OfType<YamlScalar>().DistinctBy(name => name.Text, StringComparer.OrdinalIgnoreCase));
    }

    private YamlList? Issuers(Resource first)
    {
        var issuers = new Dictionary<string, YamlMap>(StringComparer.Ordinal);
        foreach (var issuer in _policies.All.SelectMany(_tokens.Issuers))
        {
            var name = issuer.Text("issuer") ?? "";
            if (!issuers.TryAdd(name, issuer) && !YamlSameness.AreSame(issuers[name], issuer)) _findings.Refuse(issuer.Place, $"tokens of {name} are judged in one way everywhere: write the same audiences and keys, or another issuer");
        }

        return issuers.Count == 0 ? null : Tree.List(first.Place, issuers.Values);
    }

    private YamlMap? Passwords()
    {
        if (_policies.All.FirstOrDefault(policy => policy.Spec["basicAuth"] is not null) is not { } policy) return null;
        if (policy.Spec.MapAt("basicAuth", "users") is not { } reference || _secrets.Read(policy, reference, PasswordFile) is not { } value) return null;
        return Tree.Map(reference.Place, value is YamlMap file ? ("file", file["file"]) : ("users", value));
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
}
