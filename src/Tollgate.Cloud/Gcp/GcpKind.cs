using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Credentials;

namespace Tollgate.Cloud.Gcp;

/// <summary>Google Cloud: service accounts, federation, impersonation, the metadata server, Application Default Credentials.</summary>
internal sealed class GcpKind(CloudOptions options) : IdentityKind
{
    public override bool Serves(ProviderConfig provider, ProviderKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return kind.Credential == CredentialForm.Google;
    }

    public override IdentitySource Open(ProviderConfig provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return new GcpSource(provider.Gcp ?? new GcpConfig(), options);
    }
}
