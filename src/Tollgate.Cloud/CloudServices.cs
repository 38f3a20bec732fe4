using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tollgate.Cloud.Aws;
using Tollgate.Cloud.Azure;
using Tollgate.Cloud.Gcp;
using Tollgate.Credentials;

namespace Tollgate.Cloud;

/// <summary>Registers cloud identities.</summary>
public static class CloudServices
{
    /// <summary>Lets providers be called with identities of AWS, Azure and Google Cloud: the keys <c>aws</c>, <c>azure</c> and <c>gcp</c> of a provider.</summary>
    /// <param name="services">The application's services.</param>
    public static IServiceCollection AddTollgateCloud(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(CloudOptions.OfProcess);
        services.AddSingleton<IdentityKind, AwsKind>();
        services.AddSingleton<IdentityKind, AzureKind>();
        services.AddSingleton<IdentityKind, GcpKind>();
        return services;
    }
}
