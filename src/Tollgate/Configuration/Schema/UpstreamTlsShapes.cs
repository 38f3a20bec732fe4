using Tollgate.Configuration.Values;
using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>What may stand below a provider's <c>tls</c>, and the forward proxy.</summary>
internal static class UpstreamTlsShapes
{
    /// <summary>Certificates or a key: in a file, or as they are.</summary>
    internal static readonly Shape Pem = new FormsShape("the path of a PEM file, or { pem: TEXT }",
    [
        Text,
        new ObjectShape("{ pem: TEXT }", [new("pem", "The certificates or the key themselves, from -----BEGIN on.", SecretText) { IsRequired = true }]),
    ]);

    /// <summary>TLS towards a provider.</summary>
    public static readonly ObjectShape Tls = new("a map such as { ca: ca.pem }",
    [
        new("ca", "Certificates that may vouch for the provider instead of the system's.", Pem),
        new("serverName", "Name that is sent (SNI) and must be in the certificate; the url's host by default.", Text),
        new("subjectAltNames", "Names (of hosts, or URIs such as spiffe://my.org/model) of which the certificate must have one, in place of serverName.", new ListShape("a list of names", Text) { Minimum = 1 }),
        new("insecure", "true does not check the certificate at all.", Flag),
        new("minVersion", "Oldest version of TLS that is taken.", OneOf("1.2", "1.3")),
        new("cert", "Certificate that the gateway shows.", Pem),
        new("key", "Its key, without a password.", Pem),
    ])
    { Name = "upstreamTls" };

    /// <summary>A proxy on the way to providers.</summary>
    public static readonly ScalarShape Proxy = new("the URL of a proxy such as http://proxy.my.org:3128", "string", Complaint) { IsSecret = true, Pattern = "^http://" };

    private static string? Complaint(string text)
    {
        if (UrlText.Parse(text, out var complaint) is not { } url) return complaint;
        return url.Scheme == Uri.UriSchemeHttp && url.AbsolutePath == "/" ? null : "a proxy is written http://HOST:PORT: it is asked in clear text, and TLS to providers goes through it untouched";
    }
}
