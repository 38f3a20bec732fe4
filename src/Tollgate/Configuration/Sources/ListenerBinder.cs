using System.Collections.Immutable;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

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

        var certificate = files.Path(map, "cert", "tls.cert");
        var key = files.Path(map, "key", "tls.key");
        var authority = files.Path(map, "clientCa", "tls.clientCa");
        var version = map.Text("minVersion") == "1.3" ? TlsConfig.Tls13 : TlsConfig.Tls12;
        return certificate is null || key is null ? null : new TlsConfig(certificate, key, authority, version);
    }

    private static ListenAddress? Address(YamlScalar scalar) =>
        scalar is { IsBroken: false, IsNull: false } ? AddressText.Parse(scalar.Text, scalar.Place) : null;
}
