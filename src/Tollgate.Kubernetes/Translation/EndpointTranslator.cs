using System.Net;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Addresses of a backend, and how its certificate is checked.</summary>
internal sealed class EndpointTranslator(ResourceSet set, SecretReader secrets, Findings findings)
{
    private const string Certificates = "ca.crt";

    /// <summary>Members of a provider, for each address.</summary>
    public IEnumerable<(string Key, YamlNode? Value)[]> Endpoints(Resource backend)
    {
        if (BackendOf(backend) is not { } target) yield break;

        var policy = set.Targeting("BackendTLSPolicy", target.Namespace, ["Backend"], target.Name).FirstOrDefault();
        var own = target.Spec.Map("tls");
        foreach (var endpoint in target.Spec.Maps("endpoints"))
        {
            if ((endpoint.Map("fqdn") ?? endpoint.Map("ip")) is not { } address) continue;
            var host = address.Text("hostname") ?? address.Text("address") ?? "";
            var isTls = policy is not null || own is not null;
            if (!isTls && address.Text("port") == "443") findings.Warn(address.Place, $"port 443 of {host} is called in clear text: add a BackendTLSPolicy for {target.Title} if it speaks TLS");
            yield return
            [
                ("url", Tree.Text(address.Place, $"{(isTls ? "https" : "http")}://{Bracketed(host)}{Port(address, isTls)}{SchemaNames.PathOf(backend)}")),
                ("tls", Tls(target, policy, own, endpoint, host)),
            ];
        }
    }

    /// <summary>True for a backend that is asked only when the others are out.</summary>
    public bool IsFallback(Resource backend) => backend.Spec.Map("backendRef") is { } reference
        && set.Find("Backend", reference.Text("namespace") ?? backend.Namespace, reference.Text("name") ?? "")?.Spec.Flag("fallback") == true;

    private Resource? BackendOf(Resource backend) =>
        backend.Spec.Map("backendRef") is { } reference && reference.Text("kind") == "Backend" ? set.Resolve(backend, reference, "Backend") : null;

    private YamlMap? Tls(Resource target, Resource? policy, YamlMap? own, YamlMap endpoint, string host)
    {
        var validation = policy?.Spec.Map("validation");
        var place = validation?.Place ?? own?.Place ?? endpoint.Place;
        var name = validation?.Scalar("hostname") ?? own?.Scalar("sni") ?? endpoint.Scalar("hostname");
        var certificate = own?.Map("clientCertificateRef");
        return Tree.MapOrNull(place,
        [
            ("ca", Authorities(policy ?? target, validation) ?? Authorities(target, own)),
            ("serverName", name is not null && !string.Equals(name.Text, host, StringComparison.OrdinalIgnoreCase) ? name : null),
            ("subjectAltNames", AltNames(validation)),
            ("insecure", own?.Flag("insecureSkipVerify") == true ? Tree.Plain(place, "true") : null),
            ("minVersion", own?.Scalar("minVersion") is { Text: "1.2" or "1.3" } version ? version with { IsPlain = false } : null),
            ("cert", certificate is null ? null : SecretReader.Pem(secrets.Read(target, certificate, "tls.crt"))),
            ("key", certificate is null ? null : SecretReader.Pem(secrets.Read(target, certificate, "tls.key"))),
        ]);
    }

    private static YamlList? AltNames(YamlMap? validation) =>
        validation?.Maps("subjectAltNames").Select(name => name.Scalar(name.Text("type") == "URI" ? "uri" : "hostname")).OfType<YamlScalar>().ToList() is { Count: > 0 } names ? Tree.List(names[0].Place, names) : null;

    private YamlMap? Authorities(Resource from, YamlMap? validation)
    {
        var references = validation?.Maps("caCertificateRefs").ToList() ?? [];
        if (references.Count == 0) return null;

        var texts = references
            .Select(reference => set.Resolve(from, reference, reference.Text("kind") == "Secret" ? "Secret" : "ConfigMap") is { } holder ? secrets.Text(holder, Certificates, reference.Place) : null)
            .OfType<YamlScalar>()
            .ToList();
        var place = references[0].Place;
        return texts.Count == 0 ? null : Tree.Map(place, ("pem", texts is [var single] ? single : Tree.Text(place, string.Join('\n', texts.Select(text => text.Text.Trim())))));
    }

    private static string Bracketed(string host) => IPAddress.TryParse(host, out var ip) && ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{host}]" : host;

    private static string Port(YamlMap address, bool isTls) => (address.Text("port"), isTls) switch
    {
        ("443", true) or ("80", false) or (null, _) => "",
        var (port, _) => ":" + port,
    };
}
