using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Credentials;

namespace Tollgate.Cloud.Azure;

/// <summary>Azure: Entra ID tokens of applications, workloads and machines. An API key needs none of it.</summary>
internal sealed class AzureKind(CloudOptions options) : IdentityKind
{
    public override bool Serves(ProviderConfig provider, ProviderKind kind)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return provider.Azure is not null;
    }

    public override IdentitySource Open(ProviderConfig provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return new AzureSource(provider.Azure!, options);
    }
}
