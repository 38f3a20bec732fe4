using Tollgate.Protocols;

namespace Tollgate.Pricing;

/// <summary>
/// What tokens cost, in whole millionths of a millionth of a US dollar, where the rates are such: then an invoice is a few multiplications of
/// 64 bits, and as exact as with decimals. Prices in dollars for a million tokens have six decimals at most, so nearly all are.
/// </summary>
internal sealed class TokenRates
{
    /// <summary>A tenth of a cent a token; with counts below <see cref="Most"/> no sum leaves 64 bits.</summary>
    private const long Dearest = 1_000_000_000;
    private const long Most = 1L << 29;
    private const int Decimals = 12;

    private const decimal PicosOfRate = 1_000_000m;
    private const long None = -1;

    private readonly long _input;
    private readonly long _cached;
    private readonly long _output;

    private TokenRates(long input, long cached, long output) => (_input, _cached, _output) = (input, cached, output);

    /// <summary>Null when a rate is finer or dearer than fits.</summary>
    internal static TokenRates? Of(Rates rates) =>
        rates.PerRequest is null && Whole(rates.Input) is { } input && Whole(rates.CachedInput) is { } cached && Whole(rates.Output) is { } output
            ? new TokenRates(input, cached, output)
            : null;

    /// <summary>The cost of text alone, read and written; null when something else was used, or a part of it has no price here.</summary>
    internal decimal? Total(in TokenUsage usage)
    {
        if (usage.Input is not { } input || usage.Output is not { } output || !IsTextAlone(usage)) return null;
        var cached = usage.CachedInput ?? 0;
        if ((ulong)input > Most || (ulong)output > Most || (ulong)cached > (ulong)input) return null;
        if ((_input == None && input > cached) || (_cached == None && cached > 0) || (_output == None && output > 0)) return null;
        return Dollars(((input - cached) * _input) + (cached * _cached) + (output * _output));
    }

    private static bool IsTextAlone(in TokenUsage usage) =>
        usage.CacheCreation is null or 0 && usage.AudioInput is null or 0 && usage.AudioOutput is null or 0 && usage.ImageInput is null or 0 && usage.ImageOutput is null or 0
        && usage.Images is null or 0 && usage.AudioSeconds is null && usage.SearchUnits is null or 0 && usage.WebSearches is null or 0;

    /// <summary>With as few decimals as it needs.</summary>
    private static decimal Dollars(long picos)
    {
        if (picos == 0) return 0;
        var (digits, decimals) = ((ulong)picos, Decimals);

        // Prices of whole cents a million leave many zeros, and each division takes as long as the next.
        if (digits % 1_000_000 == 0) (digits, decimals) = (digits / 1_000_000, decimals - 6);
        if (digits % 1_000 == 0) (digits, decimals) = (digits / 1_000, decimals - 3);
        for (; decimals > 0 && digits % 10 == 0; decimals--) digits /= 10;
        return new decimal((int)digits, (int)(digits >> 32), 0, isNegative: false, (byte)decimals);
    }

    private static long? Whole(decimal? rate)
    {
        if (rate is not { } dollars) return None;
        var picos = dollars * PicosOfRate;
        return dollars >= 0 && picos <= Dearest && picos == decimal.Truncate(picos) ? (long)picos : null;
    }
}

/// <summary>What was worked out of rates. All are equal: it adds nothing to the rates that it is part of.</summary>
internal sealed class WholeRates(Rates? owner, TokenRates? rates)
{
    internal static WholeRates None { get; } = new(null, null);

    /// <summary>Whose they are: a copy with other rates is not.</summary>
    internal Rates? Owner => owner;

    internal TokenRates? Rates => rates;

    public override bool Equals(object? obj) => obj is WholeRates;

    public override int GetHashCode() => 0;
}
