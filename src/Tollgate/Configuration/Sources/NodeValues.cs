using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>
/// Values by key, once a map's shape is checked. What is missing, broken or of the wrong form is null: it has been
/// reported, and reading goes on so that everything else is reported too.
/// </summary>
internal static class NodeValues
{
    public static YamlScalar? Scalar(this YamlMap map, string key) => map[key] as YamlScalar is { IsBroken: false, IsNull: false } scalar ? scalar : null;

    public static string? Text(this YamlMap map, string key) => map.Scalar(key) is { Text.Length: > 0 } scalar ? scalar.Text : null;

    public static bool? Flag(this YamlMap map, string key) => map.Text(key) switch { "true" => true, "false" => false, _ => null };

    public static int? Number(this YamlMap map, string key) =>
        int.TryParse(map.Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static TimeSpan? Duration(this YamlMap map, string key) => map.Text(key) is { } text ? DurationText.Parse(text) : null;

    /// <summary>All of a map of time limits that is written; null when there is no map.</summary>
    public static TimeoutOverrides? Timeouts(this YamlMap map, string key) => map.Map(key) is { } limits
        ? new TimeoutOverrides(limits.Duration("connect"), limits.Duration("headers"), limits.Duration("firstToken"), limits.Duration("idle"), limits.Duration("total"))
        : null;

    /// <summary>All of a map of attempts and waiting that is written; null when there is no map.</summary>
    public static RetryOverrides? Retry(this YamlMap map, string key) => map.Map(key) is { } retry
        ? new RetryOverrides(retry.Number("attempts"), retry.Duration("deadline"), retry.Duration("maxWait")) { Again = retry.Flag("again") }
        : null;

    public static long? Size(this YamlMap map, string key) => map.Text(key) is { } text ? SizeText.Parse(text) : null;

    public static YamlMap? Map(this YamlMap map, string key) => map[key] as YamlMap;

    public static ImmutableArray<string> Texts(this YamlMap map, string key) =>
        map[key] is YamlList list ? [.. list.Items.OfType<YamlScalar>().Where(item => !item.IsBroken).Select(item => item.Text)] : [];
}
