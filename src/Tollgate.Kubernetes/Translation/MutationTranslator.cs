using System.Text.Json;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Changes to headers and bodies, at a backend and at a reference to one.</summary>
internal static class MutationTranslator
{
    public static YamlMap? Headers(YamlMap owner) => owner.Map("headerMutation") is not { } mutation ? null : Tree.MapOrNull(mutation.Place,
    [
        ("set", Set(mutation, "name", (entry, _) => entry)),
        ("remove", Removed(mutation)),
    ]);

    public static YamlMap? Body(YamlMap owner) => owner.Map("bodyMutation") is not { } mutation ? null : Tree.MapOrNull(mutation.Place,
    [
        ("set", Set(mutation, "path", (value, _) => Json(value))),
        ("remove", Removed(mutation)),
    ]);

    private static YamlMap? Set(YamlMap mutation, string key, Func<YamlScalar, string, YamlNode> convert) => Tree.MapOrNull(mutation.Place,
        [.. mutation.Maps("set").Where(entry => !IsOwn(entry.Text(key))).Select(entry => (entry.Text(key) ?? "", entry.Scalar("value") is { } value ? convert(value, key) : null))]);

    private static YamlList? Removed(YamlMap mutation) =>
        mutation.Scalars("remove").Where(name => !IsOwn(name.Text)).ToList() is { Count: > 0 } names ? Tree.List(mutation.Place, names) : null;

    // The original leaves these alone, too: they are between its own parts.
    private static bool IsOwn(string? name) => name is null || name.StartsWith(':') || name.StartsWith("x-ai-eg-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Raw JSON, or the text itself where it is none.</summary>
    private static YamlNode Json(YamlScalar value)
    {
        try
        {
            using var document = JsonDocument.Parse(value.Text);
            return Node(document.RootElement, value.Place);
        }
        catch (JsonException)
        {
            return value with { IsPlain = false };
        }
    }

    private static YamlNode Node(JsonElement json, SourcePlace place) => json.ValueKind switch
    {
        JsonValueKind.Object => Tree.Map(place, [.. json.EnumerateObject().Select(member => (member.Name, (YamlNode?)Node(member.Value, place)))]),
        JsonValueKind.Array => Tree.List(place, json.EnumerateArray().Select(item => Node(item, place)).ToList()),
        JsonValueKind.String => Tree.Text(place, json.GetString()!),
        _ => Tree.Plain(place, json.GetRawText()),
    };
}
