using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes a record of a provider's <c>tls</c>. Files are read with the configuration.</summary>
internal sealed class UpstreamTlsBinder(SecretBinder files, ConfigContext context, ICollection<ConfigProblem> problems)
{
    public UpstreamTlsConfig? Bind(YamlMap? map, string path)
    {
        if (map is null) return null;
        var certificate = Pem(map, "cert", path);
        var key = Pem(map, "key", path);
        if (certificate is null != key is null) problems.Error(map.Place, $"{path} needs cert: and key:, both or neither");
        var authorities = Pem(map, "ca", path);
        if (authorities is not null && map.Flag("insecure") == true) problems.Error(map.Place, $"{path} has ca: and insecure: true: give one of them");
        if (map["subjectAltNames"] is not null && map.Flag("insecure") == true) problems.Error(map.Place, $"{path} has subjectAltNames: and insecure: true: give one of them");
        Check(map, "ca", path, () => CheckAny(authorities));
        if (certificate is not null && key is not null) Check(map, "cert", path, () => X509Certificate2.CreateFromPem(certificate, key).Dispose());
        return new UpstreamTlsConfig
        {
            AuthoritiesPem = authorities,
            ServerName = map.Text("serverName"),
            SubjectAltNames = map.Texts("subjectAltNames") is { IsEmpty: false } names ? new CertificateNames(names) : null,
            Insecure = map.Flag("insecure") ?? false,
            MinVersion = map.Text("minVersion") switch { "1.2" => TlsConfig.Tls12, "1.3" => TlsConfig.Tls13, _ => null },
            CertificatePem = certificate,
            KeyPem = key is null ? null : new Secret(key),
        };
    }

    // Texts without a certificate are read without a complaint, as no certificates.
    private static void CheckAny(string? pem)
    {
        var found = new X509Certificate2Collection();
        found.ImportFromPem(pem);
        if (pem is not null && found.Count == 0) throw new CryptographicException();
    }

    private string? Pem(YamlMap map, string key, string path)
    {
        if (map.Map(key)?.Text("pem") is { } inline) return inline;
        return files.Path(map, key, $"{path}.{key}") is { } file && context.Read(file) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
    }

    private void Check(YamlMap map, string key, string path, Action read)
    {
        if (map[key] is not { } node) return;
        try
        {
            read();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            problems.Error(node.Place, $"{path}.{key} cannot be used: {(key == "ca" ? "it holds no certificates in PEM" : "cert and key must be PEM and belong together, the key without a password")}");
        }
    }
}
