namespace Tollgate.Configuration.Yaml;

/// <summary>Makes the nodes of a <c>tollgate.yaml</c> that says what another file says, each with its place in that.</summary>
internal static class Tree
{
    /// <summary>Members without a value are left out.</summary>
    public static YamlMap Map(SourcePlace place, params IEnumerable<(string Key, YamlNode? Value)> members) =>
        new(place, [.. members.Where(member => member.Value is not null).Select(member => new YamlEntry(member.Key, member.Value!.Place.File is null ? place : member.Value.Place, member.Value))]);

    /// <summary>Null when no member has a value.</summary>
    public static YamlMap? MapOrNull(SourcePlace place, params IEnumerable<(string Key, YamlNode? Value)> members) =>
        Map(place, members) is { Entries.Count: > 0 } map ? map : null;

    public static YamlList List(SourcePlace place, IEnumerable<YamlNode> items) => new(place, [.. items]);

    /// <summary>A text. <paramref name="written"/> is how it can be written where that differs: with a variable.</summary>
    public static YamlScalar Text(SourcePlace place, string text, string? written = null) => new(place, text, written ?? text, IsPlain: false);

    /// <summary>A number or a word such as <c>true</c>.</summary>
    public static YamlScalar Plain(SourcePlace place, string text) => new(place, text, text, IsPlain: true);

    public static YamlScalar Number(SourcePlace place, long number) => Plain(place, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
