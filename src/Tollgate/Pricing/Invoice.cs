using Tollgate.Protocols;

namespace Tollgate.Pricing;

/// <summary>Works out what a request cost. Decimal arithmetic: no digit is rounded away.</summary>
public static class Invoice
{
    private const decimal Million = 1_000_000m;

    /// <summary>The cost in US dollars; null when a part of it has no known price, or nobody said what was used.</summary>
    public static decimal? Total(in TokenUsage usage, ModelPrice price)
    {
        ArgumentNullException.ThrowIfNull(price);
        if (price.For(usage.ServiceTier, usage.Input ?? 0) is not { } rates) return null;
        if (rates.Whole?.Total(usage) is { } text) return text; // what most requests use, in whole numbers
        if (!usage.IsKnown && rates.PerRequest is null) return null;

        var bill = new Bill();
        AddInput(ref bill, usage, rates);
        AddOutput(ref bill, usage, rates);
        AddUnits(ref bill, usage, rates);

        // One half of a count alone is half an invoice.
        if (rates.Input is not null && usage is { Input: null, Output: not null }) return null;
        if (rates.Output is not null && usage is { Input: not null, Output: null }) return null;
        return bill.Total;
    }

    private static void AddInput(ref Bill bill, in TokenUsage usage, Rates rates)
    {
        var (cached, written, hour) = (usage.CachedInput ?? 0, usage.CacheCreation ?? 0, Math.Min(usage.CacheCreation1h ?? 0, usage.CacheCreation ?? 0));
        var (audio, images) = (usage.AudioInput ?? 0, usage.ImageInput ?? 0);

        // What is cached may have been audio or images too; text is what is left when all are taken off, and never less than nothing.
        bill.Tokens(Math.Max(0, (usage.Input ?? 0) - cached - written - audio - images), rates.Input);
        bill.Tokens(cached, rates.CachedInput);
        bill.Tokens(written - hour, rates.CacheWrite);
        bill.Tokens(hour, rates.CacheWrite1h);
        bill.Tokens(audio, rates.AudioInput);
        bill.Tokens(images, rates.ImageInput ?? rates.Input);
    }

    private static void AddOutput(ref Bill bill, in TokenUsage usage, Rates rates)
    {
        var (audio, images) = (usage.AudioOutput ?? 0, usage.ImageOutput ?? 0);
        bill.Tokens(Math.Max(0, (usage.Output ?? 0) - audio - images), rates.Output);
        bill.Tokens(audio, rates.AudioOutput);
        bill.Tokens(images, rates.ImageOutput);
    }

    private static void AddUnits(ref Bill bill, in TokenUsage usage, Rates rates)
    {
        bill.Units(1, rates.PerRequest ?? 0);
        bill.Units(usage.WebSearches ?? 0, rates.PerWebSearch);

        // Counted beside tokens too, where tokens are what is billed: a missing price per piece is then no gap.
        var byTokens = rates.Input is not null || rates.Output is not null;
        bill.Units(usage.Images ?? 0, rates.PerImage ?? (byTokens ? 0 : null));
        bill.Units(Seconds(usage.AudioSeconds), rates.PerSecond ?? (byTokens ? 0 : null));
        bill.Units(usage.SearchUnits ?? 0, rates.PerSearch ?? (byTokens ? 0 : null));
    }

    // A provider's number may be beyond what a decimal holds; nothing lasts that long.
    private static decimal Seconds(double? seconds) => seconds is > 0 and < 1e9 ? (decimal)seconds : 0;

    /// <summary>Adds up; one item without a price leaves the whole without one.</summary>
    private struct Bill
    {
        private decimal sum;
        private bool hasGap;

        public readonly decimal? Total => hasGap ? null : sum;

        public void Tokens(long count, decimal? perMillion)
        {
            if (count == 0) return;
            if (perMillion is { } rate) sum += count * rate / Million;
            else hasGap = true;
        }

        public void Units(decimal count, decimal? each)
        {
            if (count == 0) return;
            if (each is { } rate) sum += count * rate;
            else hasGap = true;
        }
    }
}
