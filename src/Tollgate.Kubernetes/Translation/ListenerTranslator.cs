using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Where the Gateway listens, and what its ClientTrafficPolicy says of clients.</summary>
internal sealed class ListenerTranslator(ResourceSet set, SecretReader secrets, bool knowsCallers, Findings findings)
{
    private const string Policy = "ClientTrafficPolicy";
    private const string AnonymousAnnotation = "tollgate.dev/allow-anonymous";
    private const string Loopback = "127.0.0.1";

    /// <summary>True where the Gateway says that everybody who reaches it may call.</summary>
    public static YamlScalar? AllowAnonymous(Resource gateway) => gateway.Annotation(AnonymousAnnotation) is { Text: "true" } said ? Tree.Plain(said.Place, "true") : null;

    public YamlList Listen(Resource gateway)
    {
        var hosts = Hosts(gateway);
        var listeners = gateway.Spec.Maps("listeners").Where(listener => listener.Text("port") is not null).DistinctBy(listener => listener.Text("port"), StringComparer.Ordinal).ToList();
        return Tree.List(gateway.Place, listeners.SelectMany(listener => hosts.Select(host => Listener(gateway, listener, host))));
    }

    public YamlScalar? MaxRequestBody(Resource gateway) =>
        Policies(gateway, null).Select(policy => policy.Spec.Map("connection")?.Scalar("bufferLimit")).FirstOrDefault(limit => limit is not null);

    /// <summary>Proxies that are believed to say where a request comes from.</summary>
    public YamlMap? ClientAddress(Resource gateway)
    {
        var ofGateway = Policies(gateway, null).ToList();
        foreach (var other in set.Of(Policy).Where(policy => policy.Spec["clientIPDetection"] is not null).Except(ofGateway))
        {
            findings.Refuse(other.Place, $"clientIPDetection of {other.Title} is for a part only: the same proxies stand before all listeners, write it in a policy of {gateway.Title}");
        }

        if (ofGateway.Select(policy => policy.Spec.MapAt("clientIPDetection", "xForwardedFor")).FirstOrDefault(found => found is not null) is not { } forwarded) return null;
        return Tree.MapOrNull(forwarded.Place, ("hops", forwarded.Scalar("numTrustedHops") is { Text: not "0" } hops ? hops : null), ("proxies", forwarded["trustedCIDRs"]));
    }

    /// <summary>Every address once callers are known, else this machine alone: whoever reaches the port spends the operator's money.</summary>
    private List<string> Hosts(Resource gateway)
    {
        var addresses = gateway.Spec.Maps("addresses").Where(address => address.Text("type") is null or "IPAddress").Select(address => address.Text("value")).OfType<string>().ToList();
        if (addresses.Count > 0) return addresses;
        if (knowsCallers || AllowAnonymous(gateway) is not null) return ["*"];

        findings.Warn(gateway.Place, $"{gateway.Title} is reached from this machine only, because no SecurityPolicy says who may call: the annotation {AnonymousAnnotation}: \"true\" lets everybody in");
        return [Loopback];
    }

    private YamlNode Listener(Resource gateway, YamlMap listener, string host)
    {
        var port = listener.Scalar("port")!;
        var address = Tree.Text(port.Place, $"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port.Text}");
        return listener.Text("protocol") == "HTTPS" && listener.Map("tls") is { } tls ? Tree.Map(listener.Place, ("address", address), ("tls", Tls(gateway, listener, tls))) : address;
    }

    private YamlMap? Tls(Resource gateway, YamlMap listener, YamlMap tls)
    {
        var references = tls.Maps("certificateRefs").ToList();
        if (references.Count != 1)
        {
            findings.Refuse(tls.Place, "a listener serves one certificate: write one certificateRef with all names in its certificate");
            return null;
        }

        var policies = Policies(gateway, listener.Text("name")).Select(policy => policy.Spec.Map("tls")).OfType<YamlMap>().ToList();
        var version = policies.Select(policy => policy.Scalar("minVersion")).FirstOrDefault(minimum => minimum is not null);
        return Tree.Map(tls.Place,
        [
            ("cert", Pem(gateway, references[0], "Secret", "tls.crt")),
            ("key", Pem(gateway, references[0], "Secret", "tls.key")),
            ("clientCa", ClientAuthorities(gateway, policies)),
            ("minVersion", version is { Text: "1.2" or "1.3" } ? version with { IsPlain = false } : null),
        ]);
    }

    private YamlNode? ClientAuthorities(Resource gateway, List<YamlMap> policies)
    {
        if (policies.Select(policy => policy.Map("clientValidation")).FirstOrDefault(validation => validation is not null) is not { } validation) return null;
        if (validation.Flag("optional") == true) findings.Refuse(validation.Place, "certificates of callers are wanted from all or from none: remove optional, or clientValidation");
        return validation.Maps("caCertificateRefs").Select(reference => Pem(gateway, reference, reference.Text("kind") ?? "ConfigMap", "ca.crt")).FirstOrDefault();
    }

    private YamlNode? Pem(Resource gateway, YamlMap reference, string kind, string key) =>
        set.Resolve(gateway, reference, kind) is { } holder ? SecretReader.Pem(secrets.Value(holder, key, reference.Place)) : null;

    private IEnumerable<Resource> Policies(Resource gateway, string? listener) =>
    [
        .. listener is null ? [] : set.Targeting(Policy, gateway.Namespace, ["Gateway"], gateway.Name, listener),
        .. set.Targeting(Policy, gateway.Namespace, ["Gateway"], gateway.Name),
    ];
}
