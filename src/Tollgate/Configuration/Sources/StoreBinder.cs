using System.Globalization;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of what stands below <c>stores</c>.</summary>
internal sealed class StoreBinder(SecretBinder secrets, ICollection<ConfigProblem> problems)
{
    private const string Path = "stores.counters";

    public StoresConfig Bind(YamlMap? stores) => new() { Counters = Counters(stores?["counters"]) };

    private CounterStoreConfig? Counters(YamlNode? node)
    {
        var map = node as YamlMap;
        if ((map is null ? node as YamlScalar : map.Scalar("url")) is not { IsBroken: false, IsNull: false } written || StoreUrl.Parse(written.Text, out _) is not { } url) return null;

        var given = map is null ? null : secrets.Bind(map, "password", $"{Path}.password");
        if (given is not null && url.Password is not null) problems.Error(map!.Place, $"{Path} has two passwords: leave the one in url: out");
        if (map?["ca"] is not null && !url.Tls && url.Kind != CounterStoreKind.Postgres) problems.Error(map.Place, $"{Path}.ca has no effect without TLS: write rediss:// in url:");
        var defaults = new CounterStoreConfig(url.Kind, url.Addresses);
        return defaults with
        {
            Place = written.Place,
            Tls = url.Tls,
            User = url.User,
            Password = given ?? (url.Password is { } password ? new SecretSource(new Secret(password), null) : null),
            Database = url.Database,
            Authorities = map is null ? null : secrets.Path(map, "ca", $"{Path}.ca"),
            Prefix = map?.Text("prefix") ?? defaults.Prefix,
            Timeout = map?.Duration("timeout") ?? defaults.Timeout,
            Outage = Enum.TryParse<StoreOutage>(map?.Text("outage"), ignoreCase: true, out var outage) ? outage : defaults.Outage,
            Share = decimal.TryParse(map?.Text("share"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) ? share : defaults.Share,
        };
    }
}
