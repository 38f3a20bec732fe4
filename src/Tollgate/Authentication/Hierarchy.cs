using System.Collections.Frozen;
using System.Collections.Immutable;
using Tollgate.Configuration;

namespace Tollgate.Authentication;

/// <summary>Teams and organisations: those of the configuration and those made at run time.</summary>
internal sealed class Hierarchy
{
    private readonly FrozenDictionary<string, Group> _teams;
    private readonly FrozenDictionary<string, Group> _organizations;

    /// <param name="teams">When two have the same name, the first counts: the configuration's.</param>
    /// <param name="organizations">The same of organisations.</param>
    internal Hierarchy(IEnumerable<GroupConfig> teams, IEnumerable<GroupConfig> organizations)
    {
        _teams = Compile(teams, "team");
        _organizations = Compile(organizations, "organization");
    }

    internal static Hierarchy Empty { get; } = new([], []);

    internal GroupConfig? Team(string name) => _teams.GetValueOrDefault(name)?.Config;

    internal GroupConfig? Organization(string name) => _organizations.GetValueOrDefault(name)?.Config;

    internal IEnumerable<GroupConfig> Teams => _teams.Values.Select(g => g.Config);

    internal IEnumerable<GroupConfig> Organizations => _organizations.Values.Select(g => g.Config);

    /// <summary>The caller with what its team and its organisation put upon it. Null, with the name, when one of them is not known: nobody is let in with less than its bounds.</summary>
    /// <param name="own">Models, providers and limits of its own.</param>
    /// <param name="team">Of its key or token; null: none.</param>
    /// <param name="organization">Of its token; null: its team's.</param>
    /// <param name="unknown">What is not known.</param>
    internal Caller? Place(Caller own, string? team, string? organization, out string? unknown)
    {
        unknown = null;
        Group? inTeam = null;
        if (team is not null && !_teams.TryGetValue(team, out inTeam)) unknown = $"team '{team}'";
        var over = inTeam?.Config.Organization ?? organization;
        Group? inOrganization = null;
        if (over is not null && !_organizations.TryGetValue(over, out inOrganization)) unknown ??= $"organization '{over}'";
        if (organization is not null && over != organization) unknown ??= $"team '{team}' in organization '{organization}'";
        if (unknown is not null) return null;
        return own with
        {
            Team = team,
            Organization = over,
            Bounds = [.. new[] { inTeam?.Bound, inOrganization?.Bound }.OfType<ModelBound>()],
            Providers = Common(Common(own.Providers, inTeam?.Providers), inOrganization?.Providers),
            Limits = [.. own.Limits, .. inTeam?.Limits ?? [], .. inOrganization?.Limits ?? []],
        };
    }

    private static FrozenSet<string>? Common(FrozenSet<string>? a, FrozenSet<string>? b) =>
        a is null ? b : b is null ? a : a.Where(b.Contains).ToFrozenSet(StringComparer.Ordinal);

    private static FrozenDictionary<string, Group> Compile(IEnumerable<GroupConfig> groups, string noun) => groups
        .DistinctBy(g => g.Name, StringComparer.Ordinal)
        .ToFrozenDictionary(g => g.Name, g => new Group(g, noun), StringComparer.Ordinal);

    private sealed class Group(GroupConfig config, string noun)
    {
        internal GroupConfig Config => config;

        internal ModelBound? Bound { get; } = config.Models.IsEmpty ? null : new ModelBound($"its {noun} '{config.Name}'", config.Models);

        internal FrozenSet<string>? Providers { get; } = config.Providers.IsEmpty ? null : config.Providers.ToFrozenSet(StringComparer.Ordinal);

        internal ImmutableArray<LimitConfig> Limits { get; } = config.Allowances.ToLimits($"{noun}s.{config.Name}", config.Place);
    }
}
