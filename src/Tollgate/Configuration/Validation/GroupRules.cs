using Tollgate.Configuration.Values;

namespace Tollgate.Configuration.Validation;

/// <summary>Names that clients, teams and organisations point to.</summary>
internal static class GroupRules
{
    public static void Check(GatewayConfig config, IReadOnlyCollection<string> providers, ICollection<ConfigProblem> problems)
    {
        var teams = config.Teams.Select(t => t.Name).ToList();
        var organizations = config.Organizations.Select(o => o.Name).ToList();
        foreach (var client in config.Clients)
        {
            Known(client.Team, teams, "team", $"clients.{client.Name}", client.Place, problems);
            Providers(client.Providers, providers, $"clients.{client.Name}", client.Place, problems);
        }

        foreach (var team in config.Teams)
        {
            Known(team.Organization, organizations, "organization", $"teams.{team.Name}", team.Place, problems);
            Providers(team.Providers, providers, $"teams.{team.Name}", team.Place, problems);
        }

        foreach (var organization in config.Organizations) Providers(organization.Providers, providers, $"organizations.{organization.Name}", organization.Place, problems);
    }

    private static void Known(string? name, List<string> names, string noun, string owner, SourcePlace place, ICollection<ConfigProblem> problems)
    {
        if (name is null || names.Contains(name, StringComparer.Ordinal)) return;
        problems.Error(place, $"{owner}.{noun}: {noun}s has no '{name}'" + Spelling.DidYouMean(name, names, $"write {noun}s: {{ {name}: {{}} }}"));
    }

    private static void Providers(IEnumerable<string> named, IReadOnlyCollection<string> providers, string owner, SourcePlace place, ICollection<ConfigProblem> problems)
    {
        foreach (var name in named.Where(name => !providers.Contains(name, StringComparer.Ordinal)))
        {
            problems.Error(place, $"{owner}.providers: no provider is named '{name}'" + Spelling.DidYouMean(name, [.. providers], $"providers: has {string.Join(", ", providers)}"));
        }
    }
}
