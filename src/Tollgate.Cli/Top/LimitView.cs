using System.Globalization;
using Spectre.Console;

namespace Tollgate.Cli.Top;

/// <summary>The fullest limits and budgets as a table.</summary>
internal static class LimitView
{
    /// <summary>More would push the rest off the screen; <c>tollgate limits</c> has them all.</summary>
    internal const int Rows = 5;

    private const double Nearly = 0.75;
    private const double AtItsEnd = 0.95;

    internal static Table Of(IReadOnlyList<LimitReading> limits)
    {
        var table = TopView.Grid("limit", "whose", "counts", "per", "taken", "of", "share");
        foreach (var limit in limits.Take(Rows))
        {
            table.AddRow(
                Markup.Escape(limit.IsShadow ? limit.Name + " (shadow)" : limit.Name),
                limit.Subject.Length == 0 ? "all" : Markup.Escape(limit.Subject),
                Markup.Escape(limit.Counts),
                limit.Window,
                Amount(limit, limit.Taken),
                Amount(limit, limit.Limit),
                Share(limit));
        }

        return table;
    }

    private static string Amount(LimitReading limit, double amount) => limit.Counts == "money" ? "$" + TopView.Money(amount) : TopView.Count(amount);

    // A limit in shadow mode is nobody's trouble.
    private static string Share(LimitReading limit)
    {
        var text = (limit.Share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";
        if (limit.IsShadow || limit.Share < Nearly) return text;
        return limit.Share < AtItsEnd ? $"[yellow]{text}[/]" : $"[red]{text}[/]";
    }
}
