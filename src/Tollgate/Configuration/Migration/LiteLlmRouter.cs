using System.Globalization;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Migration;

/// <summary>Fallbacks, retries, time limits and aliases of <c>router_settings</c> and <c>litellm_settings</c>.</summary>
internal sealed class LiteLlmRouter(ICollection<ConfigProblem> problems)
{
    private static readonly string[] Sections = ["router_settings", "litellm_settings"];

    private static readonly string[] Read = ["fallbacks", "default_fallbacks", "context_window_fallbacks", "content_policy_fallbacks", "num_retries", "timeout", "request_timeout", "model_group_alias", "routing_strategy", "allowed_fails", "cooldown_time", "drop_params"];

    /// <summary>Seconds as a duration.</summary>
    public static YamlScalar? Seconds(YamlScalar? seconds) =>
        seconds is not null && double.TryParse(seconds.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 86_400
            ? Tree.Plain(seconds.Place, DurationText.Write(TimeSpan.FromSeconds(number)))
            : null;

    public YamlMap? Retry(YamlMap file)
    {
        Report(file);
        var retries = Setting(file, "num_retries");
        return Tree.MapOrNull(file.Place,
        [
            ("attempts", retries is not null && int.TryParse(retries.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Tree.Number(retries.Place, number + 1) : null),
            ("deadline", Seconds(Setting(file, "timeout") ?? Setting(file, "request_timeout"))),
        ]);
    }

    public static YamlMap? Health(YamlMap file) => Tree.MapOrNull(file.Place,
    [
        ("failures", Setting(file, "allowed_fails") is { Text: not "0" } fails ? fails : null),
        ("rest", Seconds(Setting(file, "cooldown_time"))),
    ]);

    /// <summary>A group's own backends first; those of its fallbacks behind them, each group at a priority of its own.</summary>
    public YamlMap Models(YamlMap file, List<(string Name, List<YamlMap> Backends)> groups)
    {
        var entries = groups.Select(group => Model(file, group.Name, Chain(file, group.Name, groups))).ToList();
        foreach (var alias in Sections.SelectMany(section => file.Map(section)?.Map("model_group_alias")?.Entries ?? []))
        {
            var target = alias.Value is YamlMap map ? map.Text("model") : (alias.Value as YamlScalar)?.Text;
            if (groups.Exists(group => group.Name == target)) entries.Add(Model(file, alias.Key, Chain(file, target!, groups)));
            else problems.Warning(alias.Place, $"model_group_alias.{alias.Key} names no model of the list and was left out");
        }

        return new YamlMap(file.Place, entries);
    }

    private static YamlEntry Model(YamlMap file, string name, List<YamlMap> backends) => new(name, file.Place, Balance(file) is { } balance
        ? Tree.Map(file.Place, ("backends", Tree.List(file.Place, backends)), ("balance", balance))
        : Tree.List(file.Place, backends));

    private static YamlScalar? Balance(YamlMap file) => Setting(file, "routing_strategy") is not { } strategy ? null : strategy.Text switch
    {
        "least-busy" => Tree.Text(strategy.Place, "least-busy"),
        "latency-based-routing" => Tree.Text(strategy.Place, "least-latency"),
        "cost-based-routing" => Tree.Text(strategy.Place, "least-cost"),
        _ => null,
    };

    private List<YamlMap> Chain(YamlMap file, string name, List<(string Name, List<YamlMap> Backends)> groups)
    {
        var backends = groups.First(group => group.Name == name).Backends.ToList();
        var names = Fallbacks(file, name).Distinct(StringComparer.Ordinal).Where(other => other != name).ToList();
        var priority = backends.Max(PriorityOf);
        foreach (var other in names)
        {
            if (groups.FirstOrDefault(group => group.Name == other) is not { Backends: { } more })
            {
                problems.Warning(file.Place, $"the fallback {other} of {name} is no model of the list and was left out");
                continue;
            }

            priority++;
            backends.AddRange(more.Select(backend => WithPriority(backend, priority + PriorityOf(backend))));
            priority = backends.Max(PriorityOf);
        }

        return backends;
    }

    // A request too long for a model, or refused by a filter, goes to the next backend here anyway.
    private static IEnumerable<string> Fallbacks(YamlMap file, string name) =>
    [
        .. Sections.SelectMany(section => (string[])["fallbacks", "context_window_fallbacks", "content_policy_fallbacks"], (section, key) => file.Map(section)?[key]).OfType<YamlList>()
            .SelectMany(list => list.Items.OfType<YamlMap>()).SelectMany(map => map.Entries.Where(entry => entry.Key == name || entry.Key == "*")).SelectMany(entry => Names(entry.Value)),
        .. Sections.SelectMany(section => Names(file.Map(section)?["default_fallbacks"])),
    ];

    private static IEnumerable<string> Names(YamlNode? node) => (node as YamlList)?.Items.OfType<YamlScalar>().Select(scalar => scalar.Text) ?? [];

    private static int PriorityOf(YamlMap backend) => backend.Number("priority") ?? 0;

    private static YamlMap WithPriority(YamlMap backend, int priority) =>
        backend with { Entries = [.. backend.Entries.Where(entry => entry.Key != "priority"), new YamlEntry("priority", backend.Place, Tree.Number(backend.Place, priority))] };

    private static YamlScalar? Setting(YamlMap file, string key) => Sections.Select(section => file.Map(section)?.Scalar(key)).FirstOrDefault(value => value is not null);

    private void Report(YamlMap file)
    {
        foreach (var section in Sections)
        {
            foreach (var entry in (file.Map(section)?.Entries ?? []).Where(entry => !Read.Contains(entry.Key, StringComparer.Ordinal))) problems.Warning(entry.Place, $"{section}.{entry.Key} has no counterpart and was left out{(entry.Key.Contains("cache", StringComparison.Ordinal) ? ": every request is asked of a provider, answers are not kept" : "")}");
        }

        if (Setting(file, "routing_strategy") is { Text: "usage-based-routing" or "usage-based-routing-v2" } strategy) problems.Warning(strategy.Place, "requests are divided by weight in place of usage-based-routing: balance: least-busy comes near");
    }
}
