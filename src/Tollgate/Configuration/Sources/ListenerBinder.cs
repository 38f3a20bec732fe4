using System.Collections.Immutable;
using System.Security.Cryptography;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;
using Tollgate.Hosting;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of <c>listen</c>: an address, a map with TLS, or a list of both.</summary>
internal sealed class ListenerBinder(SecretBinder files, ICollection<ConfigProblem> problems)
{
    public ImmutableArray<ListenAddress> Bind(YamlNode? node)
    {
        if (node is YamlList { Items.Count: 0 }) problems.Error(node.Place, "listen is empty: name an address, such as 127.0.0.1:1975");
        return node switch
        {
            YamlList list => [.. list.Items.Select(One).OfType<ListenAddress>()],
            null => [],
            _ => One(node) is { } address ? [address] : [],
        };
    }

    private ListenAddress? One(YamlNode node) => node switch
    {
        YamlScalar scalar => Address(scalar),
        YamlMap map when map.Scalar("address") is { } scalar && Address(scalar) is { } address => WithTls(address, map),
        _ => null,
    };

    private ListenAddress WithTls(ListenAddress address, YamlMap map)
    {
        var tls = Tls(map.Map("tls"));
        var http2 = map.Flag("http2") ?? false;
        if (map["tls"] is not null && map["http2"] is not null)
        {
            problems.Warning(map["http2"]!.Place, "http2 has no effect beside tls: both versions are offered, and the client picks");
        }

        return address with { Tls = tls, Http2 = http2 };
    }

    private TlsConfig? Tls(YamlMap? map)
    {
        if (map is null) return null;

        var certificate = Pem(map, "cert");
        var key = Pem(map, "key");
        var authority = Pem(map, "clientCa");
        Check(map, certificate, key, authority);
        var version = map.Text("minVersion") == "1.3" ? TlsConfig.Tls13 : TlsConfig.Tls12;
        return certificate is null || key is null ? null : new TlsConfig(certificate, key, authority, version);
    }

    private PemSource? Pem(YamlMap map, string key)
    {
        if (map.Map(key)?.Text("pem") is { } inline) return new PemSource(null, new Secret(inline));
        return files.Path(map, key, "tls." + key) is { } file ? new PemSource(file, null) : null;
    }

    // Files are looked at when the listener opens: they may be replaced until then. What stands here can be judged here.
    private void Check(YamlMap map, PemSource? certificate, PemSource? key, PemSource? authority)
    {
        if (certificate?.Text is { } shown && key?.Text is { } secret) Check(map["cert"]!, "cert", "cert and key must be PEM and belong together, the key without a password", () => PemReader.Certificate([shown.Reveal(), secret.Reveal()]));
        if (authority?.Text is { } vouching) Check(map["clientCa"]!, "clientCa", "it holds no certificates in PEM", () => PemReader.Authorities([vouching.Reveal()]));
    }

    private void Check(YamlNode node, string key, string mend, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            problems.Error(node.Place, $"tls.{key} cannot be used: {mend}");
        }
    }

    private static ListenAddress? Address(YamlScalar scalar) =>
        scalar is { IsBroken: false, IsNull: false } ? AddressText.Parse(scalar.Text, scalar.Place) : null;
}
