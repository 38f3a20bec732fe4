using System.Collections.Immutable;
using System.Globalization;

namespace Tollgate.Configuration;

/// <summary>How much a key, a team or an organisation may use: <c>50/month</c>.</summary>
/// <param name="Unit">What is counted.</param>
/// <param name="Limit">How much; US dollars for money.</param>
/// <param name="Per">In what span.</param>
public readonly record struct Allowance(LimitUnit Unit, decimal Limit, LimitPeriod Per)
{
    private static readonly ImmutableArray<string> Periods = ["second", "minute", "hour", "day", "month"];

    /// <summary>As it is written, without what is counted: <c>50/month</c>.</summary>
    public string Text => $"{Limit.ToString("0.##########", CultureInfo.InvariantCulture)}/{Periods[(int)Per]}";

    /// <summary>Null when the text is no amount and span.</summary>
    internal static Allowance? Parse(LimitUnit unit, string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0) return null;
        var period = Periods.IndexOf(text[(slash + 1)..].Trim());
        if (period < 0 || !decimal.TryParse(text.AsSpan(0, slash).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var limit)) return null;
        return limit > 0 && (unit == LimitUnit.Money || limit == decimal.Truncate(limit)) ? new Allowance(unit, limit, (LimitPeriod)period) : null;
    }

    /// <summary>The limit that it means. Everybody who carries it shares one counter, over all gateways where they have a store in common.</summary>
    /// <param name="name">Of the limit.</param>
    /// <param name="place">Where it was written.</param>
    internal LimitConfig ToLimit(string name, SourcePlace place) => new(name) { Unit = Unit, Limit = Limit, Per = Per, Shared = true, Place = place };
}

/// <summary>The words for what an allowance counts.</summary>
internal static class AllowanceUnits
{
    /// <summary>Below <c>limits</c>. Money stands in <c>budget</c>.</summary>
    internal static readonly ImmutableArray<(string Word, LimitUnit Unit)> Counted =
    [
        ("requests", LimitUnit.Requests), ("tokens", LimitUnit.Tokens), ("inputTokens", LimitUnit.InputTokens), ("outputTokens", LimitUnit.OutputTokens),
    ];

    internal static string Word(LimitUnit unit)
    {
        foreach (var (word, known) in Counted)
        {
            if (known == unit) return word;
        }

        return "budget";
    }

    /// <summary>All of them as limits; their names say whose they are and stay the same when an amount is changed.</summary>
    /// <param name="allowances">Of one owner.</param>
    /// <param name="owner">Such as <c>teams.search</c>.</param>
    /// <param name="place">Where they were written.</param>
    internal static ImmutableArray<LimitConfig> ToLimits(this ImmutableArray<Allowance> allowances, string owner, SourcePlace place) =>
        [.. allowances.Select(a => a.ToLimit($"{owner}.{Word(a.Unit)}/{a.Per.ToString().ToLowerInvariant()}", place))];
}
