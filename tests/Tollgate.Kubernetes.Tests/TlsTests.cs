using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using static Tollgate.Kubernetes.Tests.Manifest;

namespace Tollgate.Kubernetes.Tests;

/// <summary>Certificates of Secrets and ConfigMaps.</summary>
public sealed class TlsTests
{
    private static readonly (string Certificate, string Key) Own = Issue();

    [Fact]
    public void A_listener_s_certificate_and_key_may_stand_in_the_Secret_and_stay_in_memory()
    {
        var tls = Config(Listener() + Secret(Own.Key)).Listen.Single().Tls.ShouldNotBeNull();
        tls.Certificate.File.ShouldBeNull();
        tls.Certificate.Text.ShouldNotBeNull().Reveal().Trim().ShouldBe(Own.Certificate.Trim());
        tls.Key.Text.ShouldNotBeNull().Reveal().Trim().ShouldBe(Own.Key.Trim());
        tls.ToString().ShouldNotContain("BEGIN");
    }

    [Fact]
    public void Authorities_of_callers_may_stand_in_a_ConfigMap()
    {
        var config = Config(Listener() + Secret(Own.Key)
            + Of("ClientTrafficPolicy", "p", "{ targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: gw }], tls: { clientValidation: { caCertificateRefs: [{ group: '', kind: ConfigMap, name: callers }] } } }")
            + Of("ConfigMap", "callers", $"data:\n  ca.crt: |\n{Indented(Own.Certificate)}"));
        config.Listen.Single().Tls.ShouldNotBeNull().ClientCa.ShouldNotBeNull().Text.ShouldNotBeNull();
    }

    [Fact]
    public void A_key_of_another_certificate_is_told_and_not_quoted()
    {
        var problem = Errors(Listener() + Secret(Issue().Key)).ShouldHaveSingleItem();
        problem.ShouldContain("tls.cert cannot be used: cert and key must be PEM and belong together");
        problem.ShouldNotContain("BEGIN");
    }

    [Fact]
    public void Names_that_a_provider_s_certificate_may_have_are_taken_over()
    {
        var config = Config(Gateway + Route(Rule("m", "{ name: b }")) + Backend("b", "http://10.0.0.1:443")
            + Of("BackendTLSPolicy", "t", "{ targetRefs: [{ group: gateway.envoyproxy.io, kind: Backend, name: b }], validation: { hostname: sent.example, wellKnownCACertificates: System, "
                + "subjectAltNames: [{ type: Hostname, hostname: '*.my.org' }, { type: URI, uri: 'spiffe://my.org/model' }] } }"));
        var tls = config.Providers.Single().Tls.ShouldNotBeNull();
        tls.ServerName.ShouldBe("sent.example");
        tls.SubjectAltNames.ShouldNotBeNull().Names.ShouldBe(["*.my.org", "spiffe://my.org/model"]);
    }

    private static string Listener() => Gateway.Replace("protocol: HTTP, port: 1975", "protocol: HTTPS, port: 8443, tls: { certificateRefs: [{ name: own }] }", StringComparison.Ordinal)
        + Route(Rule("m", "{ name: b }")) + Backend("b", "http://10.0.0.1:80");

    private static string Secret(string key) => Of("Secret", "own", $"stringData:\n  tls.crt: |\n{Indented(Own.Certificate)}  tls.key: |\n{Indented(key)}");

    private static string Indented(string pem) => string.Concat(pem.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"    {line}\n"));

    private static (string Certificate, string Key) Issue()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=gateway", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
