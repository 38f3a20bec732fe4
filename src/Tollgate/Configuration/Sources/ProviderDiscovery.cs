using System.Collections.Immutable;
using Tollgate.Catalog;
using Tollgate.Configuration.Values;

namespace Tollgate.Configuration.Sources;

/// <summary>
/// Finds providers by the variables that their official SDKs read. Which variables those are is in the catalogue;
/// here is only what four of them need besides a key.
/// </summary>
internal sealed class ProviderDiscovery(ConfigContext context, ICollection<ConfigProblem> problems)
{
    /// <summary>The providers found, in the catalogue's order.</summary>
    public IReadOnlyList<DiscoveredProvider> Find() =>
        [.. context.Catalogue.All.Where(kind => !kind.KeyVariables.IsEmpty).Select(Find).OfType<DiscoveredProvider>()];

    private DiscoveredProvider? Find(ProviderKind kind) => kind.Name switch
    {
        "openai" => OpenAI(kind),
        "azure-openai" => Azure(kind),
        "anthropic" => Anthropic(kind),
        "aws-anthropic" => Aws(kind),
        _ => Keyed(kind) is { } provider ? new DiscoveredProvider(provider, kind, kind.AnyModel) : null,
    };

    private ProviderConfig? Keyed(ProviderKind kind)
    {
        if (kind.KeyVariables.FirstOrDefault(variable => context.Variable(variable) is not null) is not { } found) return null;

        return new ProviderConfig
        {
            Name = kind.Name,
            Kind = kind.Name,
            Key = Secret(found),
            Url = Url(kind),
            Place = SourcePlace.Nowhere(found),
        };
    }

    // A base URL of one's own is a server of one's own: it may want no key, and its models have any name.
    private DiscoveredProvider? OpenAI(ProviderKind kind)
    {
        var url = Url(kind);
        var isOwn = url is not null && url.AbsoluteUri.TrimEnd('/') != kind.Url;
        var provider = Keyed(kind);
        if (provider is null && isOwn)
        {
            provider = new ProviderConfig { Name = kind.Name, Kind = kind.Name, Url = url, Place = SourcePlace.Nowhere(kind.UrlVariable!) };
        }

        if (provider is null) return null;

        var set = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        AddHeader(set, "openai-organization", "OPENAI_ORG_ID");
        AddHeader(set, "openai-project", "OPENAI_PROJECT_ID");
        if (set.Count > 0) provider = provider with { Headers = new HeaderMutation(set.ToImmutable(), []) };
        return new DiscoveredProvider(provider, kind, isOwn);
    }

    private DiscoveredProvider? Azure(ProviderKind kind)
    {
        if (Keyed(kind) is not { } provider) return null;

        if (context.Variable(kind.UrlVariable!) is null)
        {
            problems.Warning(provider.Place, $"{kind.UrlVariable} is not set, so Azure OpenAI is not used: set it to https://NAME.openai.azure.com");
            return null;
        }

        return new DiscoveredProvider(provider with { ApiVersion = context.Variable("OPENAI_API_VERSION") }, kind, kind.AnyModel);
    }

    // Anthropic's SDKs take the base URL without /v1 and add it to every path.
    private DiscoveredProvider? Anthropic(ProviderKind kind)
    {
        const string TokenVariable = "ANTHROPIC_AUTH_TOKEN";
        var provider = Keyed(kind);
        if (provider is null && context.Variable(TokenVariable) is not null)
        {
            provider = new ProviderConfig { Name = kind.Name, Kind = kind.Name, Token = Secret(TokenVariable), Url = Url(kind), Place = SourcePlace.Nowhere(TokenVariable) };
        }

        if (provider is null) return null;

        if (provider.Url is { } url && !url.AbsolutePath.EndsWith("/v1", StringComparison.Ordinal))
        {
            provider = provider with { Url = new Uri(url.AbsoluteUri.TrimEnd('/') + "/v1") };
        }

        return new DiscoveredProvider(provider, kind, ServesAnyName: false);
    }

    private DiscoveredProvider? Aws(ProviderKind kind)
    {
        var region = context.Variable("AWS_REGION") ?? context.Variable("AWS_DEFAULT_REGION");
        var provider = Keyed(kind) ?? StaticKeys(kind);
        if (provider is null) return null;
        if (region is not null) return new DiscoveredProvider(provider with { Region = region }, kind, ServesAnyName: false);

        // Static keys are often there for something else than Bedrock; a Bedrock key is not.
        if (provider.Key is not null) problems.Warning(provider.Place, "AWS_REGION is not set, so Bedrock is not used: set it, such as us-east-1");
        return null;
    }

    private ProviderConfig? StaticKeys(ProviderKind kind) =>
        context.Variable("AWS_ACCESS_KEY_ID") is { } id && context.Variable("AWS_SECRET_ACCESS_KEY") is { } secret
            ? new ProviderConfig
            {
                Name = kind.Name,
                Kind = kind.Name,
                Aws = new AwsConfig
                {
                    Keys = new AwsKeysConfig(new Secret(id), new Secret(secret), context.Variable("AWS_SESSION_TOKEN") is { } token ? new Secret(token) : null),
                },
                Place = SourcePlace.Nowhere("AWS_ACCESS_KEY_ID"),
            }
            : null;

    private Uri? Url(ProviderKind kind)
    {
        if (kind.UrlVariable is not { } variable || context.Variable(variable) is not { } text) return null;

        var url = UrlText.Parse(text, out var complaint);
        if (url is null) problems.Error(SourcePlace.Nowhere(variable), complaint);
        return url;
    }

    private SecretSource Secret(string variable)
    {
        var value = context.Variable(variable)!;
        if (HeaderRules.ValueComplaint(value) is not null)
        {
            problems.Error(SourcePlace.Nowhere(variable), "this holds a line break or a character that no header can carry: check where it comes from");
        }

        return new SecretSource(new Secret(value), null);
    }

    private void AddHeader(ImmutableArray<KeyValuePair<string, string>>.Builder set, string header, string variable)
    {
        if (context.Variable(variable) is not { } value) return;

        if (HeaderRules.ValueComplaint(value) is { } complaint) problems.Error(SourcePlace.Nowhere(variable), complaint);
        else set.Add(KeyValuePair.Create(header, value));
    }
}
