using System.Collections.Immutable;
using Tollgate.Configuration;

namespace Tollgate.Simulator.Drill;

/// <summary>The operator's configuration with stand-ins in place of the providers. Routing, retries and time limits stay as they are.</summary>
internal static class DrillConfig
{
    /// <summary>Tells the stand-ins which provider a call was meant for: they are all behind one address.</summary>
    internal const string ProviderHeader = "x-drill-provider";

    internal static GatewayConfig Rehearsed(GatewayConfig config) => config with
    {
        Listen = [new ListenAddress("127.0.0.1", 0)],
        Admin = new ListenAddress("127.0.0.1", 0),
        Clients = [],
        AllowAnonymous = true,
        AccessLog = new AccessLogConfig(Enabled: false),
        Providers = [.. config.Providers.Select(StandIn)],
    };

    /// <summary>A name that the model serves: of a glob, one that it matches.</summary>
    internal static string NameFor(ModelConfig model) => model.Name.Replace("*", "drill", StringComparison.Ordinal);

    private static ProviderConfig StandIn(ProviderConfig provider) => new()
    {
        Name = provider.Name,
        Kind = "simulator",
        As = provider.Kind == "simulator" ? provider.As : provider.Kind,
        Region = provider.Region,
        Project = provider.Project,
        Location = provider.Location,
        ApiVersion = provider.ApiVersion,
        Headers = provider.Headers with { Set = provider.Headers.Set.Add(new KeyValuePair<string, string>(ProviderHeader, provider.Name)) },
        Body = provider.Body,
        Timeouts = provider.Timeouts,
        Place = provider.Place,
    };
}
