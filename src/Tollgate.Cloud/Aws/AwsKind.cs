using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Credentials;

namespace Tollgate.Cloud.Aws;

/// <summary>AWS: the SDKs' default chain, profiles, web identities and roles. Static keys need none of it.</summary>
internal sealed class AwsKind(CloudOptions options) : IdentityKind
{
    public override bool Serves(ProviderConfig provider, ProviderKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return kind.Credential == CredentialForm.AwsSigV4;
    }

    public override IdentitySource Open(ProviderConfig provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return new AwsSource(provider.Aws ?? new AwsConfig(), provider.Region, options);
    }
}
