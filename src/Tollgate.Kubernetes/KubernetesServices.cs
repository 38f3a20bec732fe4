using Microsoft.Extensions.DependencyInjection;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;

namespace Tollgate.Kubernetes;

/// <summary>Lets a gateway read resource manifests.</summary>
public static class KubernetesServices
{
    /// <summary>A configuration file, or a folder of files, may then hold the resources of Envoy AI Gateway: see <c>docs/manifests.md</c>.</summary>
    public static IServiceCollection AddTollgateKubernetes(this IServiceCollection services) => services.AddSingleton<ConfigFormat>(new ManifestFormat());

    /// <summary>The same for whoever reads configurations without a gateway.</summary>
    public static ConfigContext WithManifests(this ConfigContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context with { Format = new ManifestFormat() };
    }
}
