using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Credentials.Aws;

namespace Tollgate.Model;

/// <summary>Works out how a provider is told who calls.</summary>
internal sealed class CredentialCompiler(RenewalSet identities, string[] carriers, TimeProvider time)
{
    /// <summary>Headers in which callers may bring credentials of their own, to any of the providers.</summary>
    internal static string[] Carriers(GatewayConfig config, Catalogue catalogue, TimeProvider time) =>
    [
        .. config.Providers
            .SelectMany(provider => catalogue.Find(provider.Kind) is { } kind ? CallerCredential.Of(provider, kind, time)?.Headers ?? [] : [])
            .Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>Null, with a problem, when nothing is registered that can do it.</summary>
    internal ProviderCredential? Compile(ProviderConfig config, ProviderKind kind, ICollection<ConfigProblem> problems)
    {
        var configured = config.CredentialOverride is { Fallback: false } ? ProviderCredential.None : Configured(config, kind, problems);
        return configured is null || carriers.Length == 0
            ? configured
            : new OverridableCredential(configured, CallerCredential.Of(config, kind, time), config.CredentialOverride?.Fallback ?? true, carriers);
    }

    private ProviderCredential? Configured(ProviderConfig config, ProviderKind kind, ICollection<ConfigProblem> problems)
    {
        if (kind.Credential == CredentialForm.None) return ProviderCredential.None;
        if (config.Token is { } token) return new HeaderCredential("Authorization", "Bearer ", new SecretReader(token, time));
        if (config.Key is { } key) return Key(kind, new SecretReader(key, time));
        if (config.Aws is { Keys: { } keys, RoleArn: null } && kind.Credential == CredentialForm.AwsSigV4)
        {
            return new SigV4Credential(new AwsKeys(keys.AccessKeyId.Reveal(), keys.SecretAccessKey.Reveal(), keys.SessionToken?.Reveal()), config.Region!, time);
        }

        return WantsIdentity(config, kind) ? Identity(config, kind, problems) : ProviderCredential.None;
    }

    private static HeaderCredential Key(ProviderKind kind, SecretReader secret) => kind.Credential switch
    {
        CredentialForm.XApiKey => new HeaderCredential("x-api-key", "", secret),
        CredentialForm.XGoogApiKey => new HeaderCredential("x-goog-api-key", "", secret),
        CredentialForm.ApiKey => new HeaderCredential("api-key", "", secret),
        _ => new HeaderCredential("Authorization", "Bearer ", secret),
    };

    // AWS and Google have a default chain, which is meant when nothing is written.
    private static bool WantsIdentity(ProviderConfig config, ProviderKind kind) =>
        config.Aws is not null || config.Azure is not null || config.Gcp is not null || kind.Credential is CredentialForm.AwsSigV4 or CredentialForm.Google;

    private IdentityCredential? Identity(ProviderConfig config, ProviderKind kind, ICollection<ConfigProblem> problems)
    {
        if (identities.Find(config, kind) is { } renewal) return new IdentityCredential(renewal, config.Region, config.Timeouts.Connect, time);

        problems.Add(new ConfigProblem(config.Place, $"provider '{config.Name}': cloud identities are in the package Tollgate.Cloud; call AddTollgateCloud() on the services, or give key: or token:"));
        return null;
    }
}
