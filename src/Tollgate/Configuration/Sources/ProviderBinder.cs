using System.Collections.Immutable;
using Tollgate.Catalog;
using Tollgate.Configuration.Validation;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes a record of one provider.</summary>
internal sealed class ProviderBinder(ConfigContext context, string fileName, ICollection<ConfigProblem> problems)
{
    private readonly SecretBinder _secrets = new(context, fileName, problems);

    /// <summary>The provider, or null when its kind is not known: nothing else about it can be judged then.</summary>
    public ProviderConfig? Bind(YamlEntry entry)
    {
        var map = entry.Value as YamlMap ?? new YamlMap(entry.Value.Place, []);
        if (Kind(entry, map) is not { } kind) return null;

        var identities = new IdentityBinder(_secrets, $"providers.{entry.Key}");
        var provider = new ProviderConfig
        {
            Name = entry.Key,
            Kind = kind.Name,
            As = As(map),
            Url = map.Text("url") is { } url ? UrlText.Parse(url, out _) : null,
            Key = _secrets.Bind(map, "key", $"providers.{entry.Key}.key"),
            Keys = Keys(entry, map),
            Token = _secrets.Bind(map, "token", $"providers.{entry.Key}.token"),
            Aws = identities.Aws(map["aws"]),
            Azure = identities.Azure(map["azure"]),
            Gcp = identities.Gcp(map["gcp"]),
            CredentialOverride = IdentityBinder.Override(map["credentialOverride"]),
            Region = map.Text("region"),
            Project = map.Text("project"),
            Location = map.Text("location"),
            ApiVersion = map.Text("apiVersion"),
            Dialect = map.Text("dialect"),
            Betas = map.Texts("betas"),
            Headers = new MatchBinder(problems).Headers(map.Map("headers"), HeaderMutation.None),
            Body = MatchBinder.Body(map.Map("body")),
            Timeouts = map.Timeouts("timeouts")?.Over(new TimeoutConfig()) ?? new TimeoutConfig(),
            Tls = new UpstreamTlsBinder(_secrets, context, problems).Bind(map.Map("tls"), $"providers.{entry.Key}.tls"),
            Flow = RoutingBinder.Flow(map),
            Health = RoutingBinder.Health(map.Map("health")),
            Place = entry.Place,
        };
        new ProviderRules(problems).Check(entry, map, kind, provider);
        new DialectRules(problems).Check(map, provider.As is { } other ? context.Catalogue.Find(other)! : kind, provider);
        FlowRules.Check(entry, map, problems);
        if (provider.Health is { } health) FlowRules.Check(health, map["health"]!.Place, $"providers.{entry.Key}.health", problems);
        return provider;
    }

    private ImmutableArray<SecretSource> Keys(YamlEntry entry, YamlMap map) => map["keys"] is YamlList list
        ? [.. list.Items.Select((key, i) => _secrets.Bind(key, $"providers.{entry.Key}.keys[{i}]")).OfType<SecretSource>()]
        : [];

    private ProviderKind? Kind(YamlEntry entry, YamlMap map)
    {
        var written = map.Text("kind");
        if (written is null && map["kind"] is not null) return null;
        if (context.Catalogue.Find(written ?? entry.Key) is { } kind) return kind;

        var all = $"the kinds are {string.Join(", ", context.Catalogue.All.Select(known => known.Name))}";
        if (written is not null)
        {
            problems.Error(map.Scalar("kind")!.Place, $"unknown kind '{map.Scalar("kind")!.Written}'" + Spelling.DidYouMean(written, context.Catalogue.Names, all));
        }
        else
        {
            problems.Error(entry.Place, $"providers.{entry.Key} needs kind:, because its name is no kind" + Spelling.DidYouMean(entry.Key, context.Catalogue.Names, all));
        }

        return null;
    }

    private string? As(YamlMap map)
    {
        if (map.Scalar("as") is not { Text.Length: > 0 } written) return null;
        if (context.Catalogue.Find(written.Text) is { } kind) return kind.Name;

        problems.Error(written.Place, $"unknown kind '{written.Written}'" + Spelling.DidYouMean(written.Text, context.Catalogue.Names, "name a kind of docs/providers.md"));
        return null;
    }
}
