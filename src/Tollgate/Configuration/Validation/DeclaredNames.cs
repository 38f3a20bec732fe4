using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Validation;

/// <summary>
/// The names that a file gives, also where what they name is wrong and is in no record: that is one problem, and whoever refers to it is not another.
/// </summary>
/// <param name="Providers">Below <c>providers</c>.</param>
/// <param name="Clients">Below <c>clients</c>.</param>
internal sealed record DeclaredNames(IReadOnlyList<string> Providers, IReadOnlyList<string> Clients)
{
    internal static DeclaredNames Of(YamlMap root) => new(Below(root, "providers"), Below(root, "clients"));

    private static List<string> Below(YamlMap root, string key) => [.. (root[key] as YamlMap)?.Entries.Select(entry => entry.Key) ?? []];
}
