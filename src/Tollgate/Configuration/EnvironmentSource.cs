using Tollgate.Configuration.Sources;

namespace Tollgate.Configuration;

/// <summary>
/// A configuration without a file: the providers whose variables are set, as the official SDKs name them, each serving
/// the model names that only it uses; with none of them, the built-in simulator for every name.
/// </summary>
public static class EnvironmentSource
{
    /// <summary>Reads the environment. The first provider found is the default of forwarded operations.</summary>
    public static LoadResult Load(ConfigContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var problems = new List<ConfigProblem>();
        var found = new ProviderDiscovery(context, problems).Find();
        var config = found.Count == 0 ? Simulated() : DiscoveredModels.Serve(found, problems);
        return LoadResult.Of(ApplyOverrides(config, context, problems), problems);
    }

    /// <summary>
    /// The configuration with the listeners of <c>TOLLGATE_LISTEN</c> (one address, or several with commas) and
    /// <c>TOLLGATE_ADMIN</c>, which win over those of any source. Then the listeners in force are checked: listening
    /// beyond this machine without clients is an error unless it is allowed. Problems are added, not thrown.
    /// <see cref="Load"/> and <see cref="ConfigLoader"/> have called it already.
    /// </summary>
    public static GatewayConfig ApplyOverrides(GatewayConfig config, ConfigContext context, ICollection<ConfigProblem> problems) =>
        ConfigOverrides.Apply(config, context, problems);

    // What a list of models shows, so that clients that begin with one find something for each operation. Every other name is served too.
    private static readonly string[] SimulatedNames =
    [
        "gpt-5-mini", "gpt-4o-mini", "claude-sonnet-4-5", "text-embedding-3-small", "gpt-image-1", "gpt-4o-mini-tts", "whisper-1",
        "omni-moderation-latest", "rerank-v3.5", "*",
    ];

    private static GatewayConfig Simulated()
    {
        var place = SourcePlace.Nowhere("the built-in simulator");
        return new GatewayConfig
        {
            Source = "no tollgate.yaml and no provider's key: the built-in simulator answers every model name with made-up text",
            Providers = [new ProviderConfig { Name = "simulator", Kind = "simulator", Place = place }],
            Models = [.. SimulatedNames.Select(name => new ModelConfig { Name = name, Backends = [new BackendConfig { Provider = "simulator", Place = place }], Place = place })],
            Default = "simulator",
        };
    }
}
