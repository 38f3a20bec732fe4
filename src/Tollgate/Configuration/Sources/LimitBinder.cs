using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of what stands below <c>limits</c>.</summary>
internal sealed class LimitBinder(ICollection<ConfigProblem> problems)
{
    private static readonly (string Key, LimitUnit Unit)[] Units =
    [
        ("requests", LimitUnit.Requests),
        ("tokens", LimitUnit.Tokens),
        ("inputTokens", LimitUnit.InputTokens),
        ("outputTokens", LimitUnit.OutputTokens),
        ("money", LimitUnit.Money),
        ("cost", LimitUnit.Cost),
    ];

    public ImmutableArray<LimitConfig> Bind(YamlMap? limits) =>
        [.. (limits?.Entries ?? []).Select(entry => entry.Value is YamlMap map ? Bind(entry, map) : null).OfType<LimitConfig>()];

    private LimitConfig? Bind(YamlEntry entry, YamlMap map)
    {
        var written = Units.Where(unit => map[unit.Key] is not null).ToArray();
        if (written.Length != 1)
        {
            problems.Error(entry.Place, written.Length == 0
                ? $"limits.{entry.Key} does not say what is limited: add requests:, tokens:, inputTokens:, outputTokens:, money: or cost:"
                : $"limits.{entry.Key} has {string.Join(" and ", written.Select(unit => unit.Key))}: make each a limit of its own");
            return null;
        }

        var (key, unit) = written[0];
        if (Amount(entry, map[key]!) is not var (amount, cost)) return null;
        return new LimitConfig(entry.Key)
        {
            Unit = unit,
            Cost = cost,
            Limit = amount,
            Per = Enum.TryParse<LimitPeriod>(map.Text("per"), ignoreCase: true, out var per) ? per : LimitPeriod.Minute,
            Sliding = map.Text("window") == "sliding",
            By = Keys(map["by"]),
            Match = map.Map("match") is { } match ? Match(entry.Key, match) : null,
            Pool = map.Text("pool"),
            Shared = map.Text("store") == "shared",
            Shadow = map.Flag("shadow") ?? false,
            Place = entry.Place,
        };
    }

    /// <summary>The amount, and the cost's name where it is one of a cost.</summary>
    private (decimal Amount, string? Cost)? Amount(YamlEntry entry, YamlNode node)
    {
        if (node is not YamlMap costs) return Number(node) is { } number ? (number, null) : null;
        if (costs.Entries is [var only]) return Number(only.Value) is { } amount ? (amount, only.Key) : null;
        problems.Error(costs.Place, $"limits.{entry.Key}.cost must name one cost, such as {{ my_cost: 1000 }}: make each a limit of its own");
        return null;
    }

    private static decimal? Number(YamlNode node) =>
        node is YamlScalar { IsBroken: false } scalar && decimal.TryParse(scalar.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static ImmutableArray<LimitKey> Keys(YamlNode? node)
    {
        IEnumerable<YamlNode> written = node is YamlList list ? list.Items : node is null ? [] : [node];
        return [.. written.OfType<YamlScalar>().Where(item => !item.IsBroken).Select(item => LimitKeyText.Parse(item.Text)).OfType<LimitKey>()];
    }

    private LimitMatch Match(string name, YamlMap map) => new()
    {
        Models = map.Texts("models"),
        Providers = map.Texts("providers"),
        Clients = map.Texts("clients"),
        Headers = [.. (map.Map("headers")?.Entries ?? []).Select(entry => Header($"limits.{name}.match.headers", entry)).OfType<HeaderMatch>()],
    };

    private HeaderMatch? Header(string path, YamlEntry entry)
    {
        if (entry.Value is not YamlMap map) return entry.Value is YamlScalar { IsBroken: false } exact ? new HeaderMatch(entry.Key, exact.Text) : null;
        var (value, pattern) = (map.Text("value"), map.Text("pattern"));
        if (value is null == pattern is null)
        {
            problems.Error(entry.Place, $"{path}.{entry.Key} needs value or pattern, one of them");
            return null;
        }

        return new HeaderMatch(entry.Key, value ?? pattern!, pattern is not null, map.Flag("invert") ?? false);
    }
}
