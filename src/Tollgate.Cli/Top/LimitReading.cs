using System.Globalization;
using System.Text.Json;

namespace Tollgate.Cli.Top;

/// <summary>One of the fullest counters that <c>/limits</c> tells of.</summary>
/// <param name="Name">The limit's name, or whose budget it is.</param>
/// <param name="Counts">What it counts: <c>requests</c>, <c>tokens</c>, <c>money</c> in US dollars, or a cost's name.</param>
/// <param name="Subject">Whose counter it is; empty for one that all share.</param>
/// <param name="Seconds">Its window; 0 for a month.</param>
/// <param name="Limit">What may be taken in it.</param>
/// <param name="Taken">What is used and reserved of that.</param>
/// <param name="Share">The part that is taken; 1 for all of it.</param>
/// <param name="IsShadow">True for one that refuses nobody.</param>
internal sealed record LimitReading(string Name, string Counts, string Subject, long Seconds, double Limit, double Taken, double Share, bool IsShadow)
{
    /// <summary>Its window in words.</summary>
    internal string Window => Seconds switch
    {
        0 => "month",
        1 => "second",
        60 => "minute",
        3600 => "hour",
        86_400 => "day",
        _ => Seconds.ToString(CultureInfo.InvariantCulture) + " s",
    };

    /// <summary>The fullest first; none of a gateway that does not tell.</summary>
    internal static IReadOnlyList<LimitReading> ReadAll(JsonElement document) =>
        document.TryGetProperty("fullest", out var fullest) ? [.. fullest.EnumerateArray().Select(Read)] : [];

    private static LimitReading Read(JsonElement counter) => new(
        counter.GetProperty("name").GetString() ?? "",
        counter.GetProperty("counts").GetString() ?? "",
        counter.GetProperty("subject").GetString() ?? "",
        counter.GetProperty("seconds").GetInt64(),
        counter.GetProperty("limit").GetDouble(),
        counter.GetProperty("used").GetDouble() + (counter.TryGetProperty("reserved", out var reserved) ? reserved.GetDouble() : 0),
        counter.GetProperty("share").GetDouble(),
        counter.TryGetProperty("shadow", out var shadow) && shadow.GetBoolean());
}
