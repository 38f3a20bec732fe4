using System.Globalization;
using Tollgate.Configuration;

namespace Tollgate.Limits.Rules;

/// <summary>A limit, compiled: whom it is for, and which counter a request has under it.</summary>
internal sealed class LimitRule
{
    /// <summary>More than anything is used of; keeps sums of several within 64 bits.</summary>
    internal const long Largest = 1L << 60;

    private const decimal BillionthsOfDollar = 1_000_000_000m;

    private const int BillionthDigits = 9;

    private static readonly ulong[] Powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

    private readonly LimitMatch _match;
    private readonly HeaderRule[] _headers;
    private readonly SubjectText _subject;

    /// <param name="config">The limit.</param>
    /// <param name="pool">Number of its pool; 0 for none.</param>
    /// <param name="isQuota">True: it is counted for each call of a provider, not once for the request.</param>
    internal LimitRule(LimitConfig config, int pool, bool isQuota)
    {
        Config = config;
        Pool = pool;
        IsQuota = isQuota;
        Bucket = $"{config.Name}/{(config.Unit == LimitUnit.Cost ? "cost:" + config.Cost : config.Unit.ToString().ToLowerInvariant())}";
        Limit = config.Unit == LimitUnit.Money ? Billionths(config.Limit) : Whole(config.Limit);
        LimitText = Limit.ToString(CultureInfo.InvariantCulture);
        Window = WindowOf(config);
        _match = config.Match ?? new LimitMatch();
        _headers = [.. _match.Headers.Select(header => new HeaderRule(header))];
        _subject = new SubjectText(config.By);
    }

    internal LimitConfig Config { get; }

    internal string Name => Config.Name;

    internal LimitUnit Unit => Config.Unit;

    internal int Pool { get; }

    internal bool IsQuota { get; }

    /// <summary>What its counters are called in the store.</summary>
    internal string Bucket { get; }

    /// <summary>How much, in units; money in billionths of a US dollar.</summary>
    internal long Limit { get; }

    /// <summary>The same in digits.</summary>
    internal string LimitText { get; }

    internal CounterWindow Window { get; }

    /// <summary>Who tells of its counters already, so that it need not be looked for with every request.</summary>
    internal object? SeenBy { get; set; }

    /// <summary>True for a limit of the provider's, not of the request's.</summary>
    internal static bool NamesProvider(LimitConfig config) =>
        config.Match is { Providers.IsEmpty: false } || config.By.Contains(new LimitKey(LimitSubject.Provider));

    /// <summary>Dollars in billionths, never rounded down.</summary>
    internal static long Billionths(decimal dollars)
    {
        // What one request costs has few digits, which one multiplication or division brings to billionths.
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(dollars, bits);
        if (bits[2] != 0 || dollars < 0 || dollars.Scale >= BillionthDigits + Powers.Length) return Rounded(dollars);
        var units = (uint)bits[0] | ((ulong)(uint)bits[1] << 32);
        var power = Powers[Math.Abs(dollars.Scale - BillionthDigits)];
        if (dollars.Scale <= BillionthDigits) return units <= (ulong)Largest / power ? (long)(units * power) : Largest;
        return (long)Math.Min((units / power) + (units % power == 0 ? 0UL : 1UL), (ulong)Largest);
    }

    private static long Rounded(decimal dollars) => Whole(Math.Ceiling(Math.Clamp(dollars, 0, Largest / BillionthsOfDollar) * BillionthsOfDollar));

    /// <summary>Which counter the request has; null when the limit is not for it.</summary>
    internal string? SubjectOf(in Asked asked) => Fits(asked) ? _subject.Of(asked) : null;

    /// <summary>Name and unit in words, such as <c>'per-tenant' (100000 tokens a minute)</c>.</summary>
    internal string Describe()
    {
        var amount = Config.Limit.ToString("0.#########", CultureInfo.InvariantCulture);
        var what = Unit switch
        {
            LimitUnit.Money => $"{amount} US dollars",
            LimitUnit.Cost => $"{amount} of {Config.Cost}",
            LimitUnit.InputTokens => $"{amount} input tokens",
            LimitUnit.OutputTokens => $"{amount} output tokens",
            LimitUnit.Tokens => $"{amount} tokens",
            _ => $"{amount} requests",
        };
        return $"'{Name}' ({what} {(Config.Per == LimitPeriod.Hour ? "an" : "a")} {Config.Per.ToString().ToLowerInvariant()})";
    }

    private bool Fits(in Asked asked)
    {
        if (!FitsModel(asked)) return false;
        if (!_match.Providers.IsEmpty && (asked.Provider is null || !_match.Providers.Contains(asked.Provider.Name, StringComparer.Ordinal))) return false;
        if (!_match.Clients.IsEmpty && (asked.Request.Client is not { } caller || !Names.Fit(_match.Clients, caller.Name))) return false;
        foreach (var header in _headers)
        {
            if (!header.Fits(asked.Request.Context.Request.Headers)) return false;
        }

        return true;
    }

    // A quota is the provider's, who knows its models by names of its own: either name fits.
    private bool FitsModel(in Asked asked) =>
        Names.Fit(_match.Models, asked.Request.AskedModel) || (IsQuota && asked.Served is { } served && Names.Fit(_match.Models, served));

    private static long Whole(decimal amount) => (long)Math.Min(amount, Largest);

    private static CounterWindow WindowOf(LimitConfig config) => new(
        config.Per switch
        {
            LimitPeriod.Second => 1,
            LimitPeriod.Minute => 60,
            LimitPeriod.Hour => 3600,
            LimitPeriod.Day => 86400,
            _ => 0,
        },
        config.Sliding);
}
