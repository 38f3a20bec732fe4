using System.Collections.Immutable;
using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>What may stand at <c>ledger</c>.</summary>
internal static class LedgerShapes
{
    internal static readonly ImmutableArray<string> Durabilities = ["relaxed", "strict"];

    private static readonly ScalarShape Store = new("off, sqlite, sqlite:PATH or postgres://USER@HOST/DATABASE", "string",
        text => text is "off" or "sqlite" || (text.StartsWith("sqlite:", StringComparison.Ordinal) && text.Length > 7) || IsPostgres(text) ? null : "")
    {
        // Quoting it could show a password.
        IsSecret = true,
        Pattern = "^(off|sqlite(:.+)?|postgres(ql)?://.+|.*\\$\\{.+)$",
    };

    private static readonly ObjectShape Full = new("a map such as { store: sqlite, retention: 90d }",
    [
        new("store", "off; sqlite, which is a file in the state directory; sqlite:PATH; or postgres://USER:PASSWORD@HOST/DATABASE, which several gateways share.", Store) { IsRequired = true },
        new("durability", "relaxed: lines survive the end of the process. strict: a failure of the machine too, at the price of a write to the disk before each answer. relaxed by default.", OneOf(Durabilities)),
        new("retention", "Older lines become sums for each day, such as 90d; by default all are kept.", Days),
        new("queue", "Requests that may be under way or wait to be written; 16384 by default, 2 KB of disk each. Further ones wait.", Number(16)),
        new("maxWait", "How long a request waits for a place before it is refused with 503; 5s by default.", Duration),
    ])
    { Name = "ledger" };

    /// <summary>An address alone, or a map.</summary>
    internal static readonly FormsShape Ledger = new("off, sqlite, sqlite:PATH, postgres://… or a map with store:", [Store, Full]);

    internal static bool IsPostgres(string text) =>
        (text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal))
        && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0 && url.AbsolutePath.Trim('/').Length > 0;

    private static ScalarShape Days => new("a number of days such as 90d", "string", text => ParseDays(text) is null ? "" : null) { Pattern = "^[1-9][0-9]{0,4}d$" };

    /// <summary>A whole number of days, or null.</summary>
    internal static TimeSpan? ParseDays(string text) =>
        text.Length is >= 2 and <= 6 && text[^1] == 'd' && int.TryParse(text.AsSpan(0, text.Length - 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var days) && days > 0
            ? TimeSpan.FromDays(days)
            : null;
}
