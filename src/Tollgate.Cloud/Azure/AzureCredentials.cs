using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Tollgate.Cloud.Oidc;
using Tollgate.Configuration;
using Tollgate.Credentials;

namespace Tollgate.Cloud.Azure;

/// <summary>The SDK's credential for what the configuration says.</summary>
internal static class AzureCredentials
{
    internal static async ValueTask<TokenCredential> CreateAsync(AzureConfig config, CloudOptions options, CancellationToken cancellationToken)
    {
        var isOwnAuthority = config.Authority is not null;
        if (config.ClientSecret is { } secret)
        {
            var text = await secret.RevealAsync(cancellationToken).ConfigureAwait(false);
            return new ClientSecretCredential(config.TenantId, config.ClientId, text, Common(new ClientSecretCredentialOptions { DisableInstanceDiscovery = isOwnAuthority }, config, options));
        }

        if (config.CertificateFile is { } file)
        {
            var password = config.CertificatePassword is { } source ? await source.RevealAsync(cancellationToken).ConfigureAwait(false) : null;
            return new ClientCertificateCredential(config.TenantId, config.ClientId, Certificate(file, password), Common(new ClientCertificateCredentialOptions { DisableInstanceDiscovery = isOwnAuthority }, config, options));
        }

        if (config.TokenFile is { } token) return Federated(config, options, c => TokenFile.ReadAsync(token, c).AsTask());
        if (config.Oidc is { } oidc) return Federated(config, options, async c => (await new OidcTokens(oidc, options).FetchAsync(c).ConfigureAwait(false)).Value);
        if (config.ManagedIdentity) return Managed(config, options);

        return new DefaultAzureCredential(Common(new DefaultAzureCredentialOptions
        {
            DisableInstanceDiscovery = isOwnAuthority,
            TenantId = config.TenantId,
            WorkloadIdentityClientId = config.ClientId,
            ManagedIdentityClientId = config.ClientId,
        }, config, options));
    }

    // Workload identity: another provider's token is the application's assertion.
    private static ClientAssertionCredential Federated(AzureConfig config, CloudOptions options, Func<CancellationToken, Task<string>> token) =>
        new(config.TenantId, config.ClientId, token, Common(new ClientAssertionCredentialOptions { DisableInstanceDiscovery = config.Authority is not null }, config, options));

    private static ManagedIdentityCredential Managed(AzureConfig config, CloudOptions options)
    {
        var identity = config.ClientId is { } client ? ManagedIdentityId.FromUserAssignedClientId(client) : ManagedIdentityId.SystemAssigned;
        return new ManagedIdentityCredential(Common(new ManagedIdentityCredentialOptions(identity), config, options));
    }

    private static T Common<T>(T credential, AzureConfig config, CloudOptions options)
        where T : TokenCredentialOptions
    {
        if (config.Authority is not null) credential.AuthorityHost = config.Authority;
        if (options.Handler is { } handler) credential.Transport = new HttpClientTransport(handler());
        credential.Retry.MaxRetries = 0; // trying again is the renewal's business
        return credential;
    }

    private static X509Certificate2 Certificate(string file, string? password)
    {
        try
        {
            return Path.GetExtension(file).ToLowerInvariant() is ".pfx" or ".p12"
                ? X509CertificateLoader.LoadPkcs12FromFile(file, password)
                : X509Certificate2.CreateFromPemFile(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"the certificate file {file} cannot be read: it must hold the certificate and its key, in PEM or, named .pfx, in PKCS #12", e);
        }
    }
}
