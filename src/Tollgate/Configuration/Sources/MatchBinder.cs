using System.Collections.Immutable;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of a model's <c>match</c>, and of changes to requests.</summary>
internal sealed class MatchBinder(ICollection<ConfigProblem> problems)
{
    public MatchConfig? Match(YamlMap? map, string name) => map is null ? null : new MatchConfig
    {
        Model = map["model"] is YamlMap ? null : map.Text("model") ?? name,
        ModelPattern = map.Map("model")?.Text("regex"),
        Headers = Headers(map.Map("headers")),
        Hosts = [.. map.Texts("hosts").Select(host => host.ToLowerInvariant())],
    };

    /// <summary>Headers to set and to remove.</summary>
    public HeaderMutation Headers(YamlMap? map, HeaderMutation none)
    {
        if (map is null) return none;

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in map.Map("set")?.Entries ?? [])
        {
            if (HeaderRules.NameComplaint(entry.Key) is { } complaint) problems.Error(entry.Place, complaint);
            else if (!seen.Add(entry.Key)) problems.Error(entry.Place, $"the header {entry.Key} is set twice (case does not count): keep one of them");
        }

        return new HeaderMutation(
            [.. (map.Map("set")?.Entries ?? []).Where(entry => entry.Value is YamlScalar).Select(entry => KeyValuePair.Create(entry.Key, ((YamlScalar)entry.Value).Text))],
            map.Texts("remove"));
    }

    /// <summary>Members of the body to set and to remove.</summary>
    public static BodyMutation Body(YamlMap? map) => map is null
        ? BodyMutation.None
        : new BodyMutation([.. (map.Map("set")?.Entries ?? []).Select(entry => KeyValuePair.Create(entry.Key, NodeJson.Write(entry.Value)))], map.Texts("remove"));

    private ImmutableArray<HeaderMatch> Headers(YamlMap? map)
    {
        var headers = ImmutableArray.CreateBuilder<HeaderMatch>();
        foreach (var entry in map?.Entries ?? [])
        {
            if (HeaderRules.TokenComplaint(entry.Key) is { } complaint) problems.Error(entry.Place, complaint);
            else if (entry.Value is YamlMap pattern && pattern.Text("regex") is { } regex) headers.Add(new HeaderMatch(entry.Key, regex, IsPattern: true));
            else if (entry.Value is YamlScalar { IsBroken: false, Text.Length: > 0 } value) headers.Add(new HeaderMatch(entry.Key, value.Text));
        }

        return headers.ToImmutable();
    }
}
