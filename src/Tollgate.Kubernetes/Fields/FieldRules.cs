using Tollgate.Configuration.Schema;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Kubernetes.Fields;

/// <summary>
/// What fields beside each other must have in common:
/// <code>
///   one A B             exactly one of them            atmostone A B       not both
///   any A B             one of them or more            both A B            both or neither
///   member F V A        A exactly when F is V          only F V A          A only when F is V
///   without F V A,B     none of A and B when F is V    value F V,W         F is one of these, if it is there
///   is F V              F is V, and is there           maxprops N          at most N fields
///   pair F/G V,W        "F/G" is one of these          atmost A B          the duration A is no longer than B
///   pool L              the items of L name backends, or one InferencePool
/// </code>
/// </summary>
internal static class FieldRules
{
    public static ShapeRule Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var names = words[1..];
        return new ShapeRule(words[0] switch
        {
            "one" => map => Given(map, names) switch
            {
                { Length: 0 } => (null, $"write {Or(names)}"),
                { Length: > 1 } given => (given[1], $"{And(given)} exclude each other: keep one of them"),
                _ => null,
            },
            "atmostone" => map => Given(map, names) is { Length: > 1 } given ? (given[1], $"{And(given)} exclude each other: keep one of them") : null,
            "any" => map => Given(map, names).Length == 0 ? (null, $"write {Or(names)}") : null,
            "both" => map => Given(map, names) is { Length: 1 } given ? (given[0], $"{And(names)} belong together: write both, or neither") : null,
            "member" => map => Member(map, names[0], names[1], names[2]),
            "only" => map => map[names[2]] is not null && Text(map, names[0]) != names[1] ? (names[2], $"{names[2]} is for {names[0]}: {names[1]} only: remove it")
                : map[names[2]] is null && Text(map, names[0]) == names[1] ? (null, $"{names[0]}: {names[1]} needs {names[2]}") : null,
            "without" => map => Text(map, names[0]) == names[1] && Given(map, names[2].Split(',')) is [var first, ..] && !IsFalse(map, first) ? (first, $"{first} is not for {names[0]}: {names[1]}: remove it") : null,
            "value" => map => Text(map, names[0]) is { } text && !Choices(names[1]).Contains(text) ? (names[0], $"{names[0]} must be {Or(Choices(names[1]))} here, not '{text}'") : null,
            "is" => map => Text(map, names[0]) != names[1] ? (names[0], $"{names[0]} must be {names[1]} here") : null,
            "maxprops" => map => map.Entries.Count > int.Parse(names[0], System.Globalization.CultureInfo.InvariantCulture) ? (map.Entries[^1].Key, $"at most {names[0]} fields may be written here") : null,
            "pair" => map => Pair(map, names[0].Split('/'), Choices(names[1])),
            "atmost" => map => GatewayDuration.Parse(Text(map, names[0])) is { } inner && GatewayDuration.Parse(Text(map, names[1])) is { } outer && outer > TimeSpan.Zero && inner > outer
                ? (names[0], $"{names[0]} must not be longer than {names[1]}") : null,
            "pool" => map => Pool(map, names[0]),
            _ => throw new InvalidOperationException($"'{line}' is no rule"),
        });
    }

    private static (string?, string)? Member(YamlMap map, string field, string value, string member)
    {
        var isMeant = Text(map, field) == value;
        if (isMeant && map[member] is null) return (null, $"{field}: {value} needs {member}");
        return !isMeant && map[member] is not null && Text(map, field) is { } other ? (member, $"{member} is for {field}: {value}, and here it is {other}: remove it") : null;
    }

    private static (string?, string)? Pair(YamlMap map, string[] fields, string[] choices)
    {
        var written = string.Join('/', fields.Select(field => Text(map, field) ?? ""));
        return choices.Contains(written, StringComparer.Ordinal) ? null : (fields[^1], $"{string.Join(" and ", fields)} must be {Or(choices)}, not '{written}'");
    }

    private static (string?, string)? Pool(YamlMap map, string list)
    {
        var items = (map[list] as YamlList)?.Items.OfType<YamlMap>().ToList() ?? [];
        var pools = items.Count(item => Text(item, "kind") == "InferencePool");
        if (pools > 0 && pools < items.Count) return (list, "an InferencePool and backends cannot stand in one rule: write two rules");
        return pools > 1 ? (list, "one InferencePool may stand in a rule: write a rule for each") : null;
    }

    private static string? Text(YamlMap map, string field) => (map[field] as YamlScalar)?.Text;

    private static bool IsFalse(YamlMap map, string field) => Text(map, field) == "false";

    private static string[] Given(YamlMap map, string[] names) => [.. names.Where(name => map[name] is not null)];

    private static string[] Choices(string text) => text == "\"\"" ? [""] : text.Split(',');

    private static string Or(string[] names) => string.Join(" or ", names.Select(name => name.Length == 0 ? "empty" : name));

    private static string And(string[] names) => string.Join(" and ", names);
}
