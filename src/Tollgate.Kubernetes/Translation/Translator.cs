using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>
/// Says in the words of <c>tollgate.yaml</c> what resources say, so that there is one reader of configurations and one set of rules, and
/// so that the result can be printed. What the words cannot say goes to the findings.
/// </summary>
internal sealed class Translator(ResourceSet set, SecretReader secrets, Findings findings)
{
    private const string ConfigAnnotation = "aigateway.envoyproxy.io/gateway-config";

    /// <summary>The root of the file; null when there is nothing to serve.</summary>
    public YamlMap? Translate()
    {
        var gateways = set.Of("Gateway").ToList();
        if (gateways is not [var gateway])
        {
            if (gateways.Count > 1) findings.Refuse(gateways[1].Place, "a second Gateway cannot be served: one process serves one, run another for the other");
            else if (set.Of("AIGatewayRoute").FirstOrDefault() is { } route) findings.Refuse(route.Place, "no Gateway is here, so nothing says where to listen: add one");
            if (gateways.Count == 0) return null;
            gateway = gateways[0];
        }

        var config = ConfigOf(gateway);
        var policies = new PolicyLookup(set, gateway);
        var routes = new RouteCollector(set, gateway, findings).Collect();
        var access = new AccessTranslator(set, secrets, gateway, routes, findings);
        var callers = access.Members().ToList();
        var providers = new ProviderTranslator(set, secrets, policies, findings);
        var models = new RouteTranslator(policies, providers, access, findings).Translate(routes);
        var quotas = new QuotaTranslator(set, providers, findings);
        var limits = new LimitTranslator(policies, access, config, findings).Translate(routes).Concat(quotas.Translate()).ToList();
        var listeners = new ListenerTranslator(set, secrets, access.KnowsCallers, findings);
        return Tree.Map(gateway.Place,
        [
            ("listen", listeners.Listen(gateway)),
            ("allowAnonymous", ListenerTranslator.AllowAnonymous(gateway)),
            ("maxRequestBody", listeners.MaxRequestBody(gateway)),
            ("clientAddress", listeners.ClientAddress(gateway)),
            ("proxy", Proxy(config)),
            .. callers,
            ("costs", Costs(config, quotas, gateway.Place)),
            ("limits", limits.Count == 0 ? null : new YamlMap(gateway.Place, limits)),
            ("health", policies.MaxEjected()),
            ("providers", providers.Providers(gateway.Place)),
            ("models", models),
        ]);
    }

    private static YamlList? Costs(Resource? config, QuotaTranslator quotas, SourcePlace place)
    {
        var global = CostTranslator.Translate(config?.Spec, "globalLLMRequestCosts")?.Items ?? [];
        return global.Count + quotas.Costs.Count == 0 ? null : Tree.List(place, [.. global, .. quotas.Costs]);
    }

    private Resource? ConfigOf(Resource gateway)
    {
        if (gateway.Annotation(ConfigAnnotation) is not { } name) return null;
        if (set.Find("GatewayConfig", gateway.Namespace, name.Text) is { } config) return config;

        findings.Problems.Error(name.Place, $"there is no GatewayConfig {gateway.Namespace}/{name.Written}: add it to the files, or correct the name");
        return null;
    }

    private YamlScalar? Proxy(Resource? config)
    {
        if (config?.Spec.Map("forwardProxy")?.Scalar("address") is not { } address) return null;
        var colon = address.Text.LastIndexOf(':');
        if (colon > 0 && ushort.TryParse(address.Text.AsSpan(colon + 1), out _)) return Tree.Text(address.Place, "http://" + address.Text);

        findings.Problems.Error(address.Place, "forwardProxy.address must be host:port, such as proxy.my.org:3128");
        return null;
    }
}
