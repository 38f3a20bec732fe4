using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of <c>fetch</c> and <c>fidelity</c>, which stand at the top of the file and in models alike.</summary>
internal static class TranslationBinder
{
    public static FetchConfig? Fetch(YamlMap? map)
    {
        if (map is null) return null;
        var defaults = new FetchConfig();
        return new FetchConfig
        {
            Images = map.Flag("images") ?? defaults.Images,
            Documents = map.Flag("documents") ?? defaults.Documents,
            Http = map.Flag("http") ?? defaults.Http,
            Hosts = map.Texts("hosts"),
            MaxBytes = map.Size("maxBytes") ?? defaults.MaxBytes,
            Timeout = map.Duration("timeout") ?? defaults.Timeout,
        };
    }

    public static FidelityMode? Fidelity(YamlMap map) => map.Text("fidelity") switch
    {
        "strict" => FidelityMode.Strict,
        "announce" => FidelityMode.Announce,
        _ => null,
    };
}
