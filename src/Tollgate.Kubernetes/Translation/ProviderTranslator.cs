using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Makes providers of the AIServiceBackends that rules refer to: one for each address.</summary>
internal sealed class ProviderTranslator(ResourceSet set, SecretReader secrets, PolicyLookup policies, Findings findings)
{
    private readonly CredentialTranslator _credentials = new(set, secrets, findings);
    private readonly EndpointTranslator _endpoints = new(set, secrets, findings);
    private readonly Dictionary<Resource, List<string>> _named = [];
    private readonly List<YamlEntry> _providers = [];

    /// <summary>All that were referred to, and a warning for those that were not.</summary>
    public YamlMap? Providers(SourcePlace place)
    {
        foreach (var idle in set.Of("AIServiceBackend").Where(backend => !_named.ContainsKey(backend))) findings.Warn(idle.Place, $"{idle.Title} is never called: no rule that is served names it");
        return _providers.Count == 0 ? null : new YamlMap(place, _providers);
    }

    /// <summary>What a backend is called here; nothing when no rule names it.</summary>
    public IReadOnlyList<string> NamesOf(Resource backend) => _named.GetValueOrDefault(backend) ?? [];

    /// <summary>The backends of a rule. The addresses of one share its weight, so the weights of all grow by what makes that whole.</summary>
    public YamlList Backends(Resource route, string? ruleName, YamlMap rule)
    {
        var references = rule.Maps("backendRefs")
            .Where(reference => reference.Text("kind") != "InferencePool")
            .Select(reference => (Reference: reference, Backend: set.Resolve(route, reference, "AIServiceBackend")))
            .Where(pair => pair.Backend is not null)
            .Select(pair => (pair.Reference, Names: Named(pair.Backend!, route, ruleName), IsFallback: _endpoints.IsFallback(pair.Backend!)))
            .Where(pair => pair.Names.Count > 0)
            .ToList();
        var scale = references.Aggregate(1, (common, pair) => common * pair.Names.Count / GreatestCommonDivisor(common, pair.Names.Count));
        return Tree.List(rule.Place, references.SelectMany(pair => pair.Names.Select(name => Backend(pair.Reference, name, scale / pair.Names.Count, pair.IsFallback))));
    }

    private static YamlMap Backend(YamlMap reference, string provider, int share, bool isFallback)
    {
        var weight = (reference.Number("weight") ?? 1) * share;
        var priority = Math.Max(reference.Number("priority") ?? 0, isFallback ? 1 : 0);
        return Tree.Map(reference.Place,
        [
            ("provider", Tree.Text(reference.Place, provider)),
            ("model", reference.Scalar("modelNameOverride") is { Text.Length: > 0 } model ? model : null),
            ("weight", weight == 1 ? null : Tree.Number(reference.Place, weight)),
            ("priority", priority == 0 ? null : Tree.Number(reference.Place, priority)),
            ("headers", MutationTranslator.Headers(reference)),
            ("body", MutationTranslator.Body(reference)),
        ]);
    }

    private List<string> Named(Resource backend, Resource route, string? ruleName)
    {
        if (_named.TryGetValue(backend, out var known)) return known;

        var name = set.Of("AIServiceBackend").Count(other => other.Name == backend.Name) > 1 ? $"{backend.Namespace}/{backend.Name}" : backend.Name;
        var names = _named[backend] = [];
        var common = Common(backend, route, ruleName);
        foreach (var endpoint in _endpoints.Endpoints(backend))
        {
            var own = names.Count == 0 ? name : $"{name}.{names.Count + 1}";
            names.Add(own);
            _providers.Add(new YamlEntry(own, backend.Place, Tree.Map(backend.Place, [("kind", Tree.Text(backend.Place, SchemaNames.KindOf(backend))), .. endpoint, .. common])));
        }

        return names;
    }

    private List<(string Key, YamlNode? Value)> Common(Resource backend, Resource route, string? ruleName)
    {
        var credential = _credentials.Of(backend);
        var headers = MutationTranslator.Headers(backend.Spec);
        return
        [
            ("apiVersion", SchemaNames.ApiVersion(backend)),
            .. credential.Members,
            ("headers", credential.Header is { } secret ? WithHeader(headers, secret, backend.Place) : headers),
            ("body", MutationTranslator.Body(backend.Spec)),
            .. new HealthTranslator(policies, route, ruleName).Members(),
        ];
    }

    private static YamlMap WithHeader(YamlMap? headers, (string Name, YamlNode Value) own, SourcePlace place) => Tree.Map(place,
    [
        ("set", Tree.Map(place, [.. (headers?.Map("set")?.Entries ?? []).Select(entry => (entry.Key, (YamlNode?)entry.Value)), (own.Name, own.Value)])),
        ("remove", headers?["remove"]),
    ]);

    private static int GreatestCommonDivisor(int a, int b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }
}
