using System.Collections.Concurrent;
using System.Collections.Immutable;
using Tollgate.Configuration;
using Tollgate.Routing;

namespace Tollgate.Pricing;

/// <summary>The prices of one generation: the operator's own, then the public ones. Remembers what it has found.</summary>
internal sealed class PriceBook(PriceList list, ImmutableArray<PriceConfig> own)
{
    // Behind a glob clients may ask for any name: what is remembered is bounded, and beyond it looked up each time.
    private const int MostRemembered = 1000;

    // Most requests ask for what one before them asked for, and comparing three names costs a fraction of hashing them.
    private const int Places = 64;

    private readonly Found?[] _recent = new Found?[Places];

    private readonly ConcurrentDictionary<(string Provider, string Served, string? Answered), ModelPrice?> _found = new();

    /// <summary>The price of what answered; null when it is not known.</summary>
    /// <param name="provider">The operator's name of the provider.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="served">The model that was sent to it.</param>
    /// <param name="answered">The model that it said it ran: the truth where the other is an alias or a deployment. May be null.</param>
    public ModelPrice? For(string provider, string kind, string served, string? answered = null)
    {
        ref var recent = ref _recent[PlaceOf(provider, served, answered)];
        if (Volatile.Read(ref recent) is { } last && last.Is(provider, served, answered)) return last.Price;
        var price = Find(provider, kind, served, answered);
        Volatile.Write(ref recent, new Found(provider, served, answered, price));
        return price;
    }

    private ModelPrice? Find(string provider, string kind, string served, string? answered)
    {
        var key = (provider, served, answered);
        if (_found.TryGetValue(key, out var known)) return known;
        var price = Own(provider, kind, served) ?? (answered is null ? null : Own(provider, kind, answered) ?? list.For(kind, answered)) ?? list.For(kind, served);
        if (_found.Count < MostRemembered) _found.TryAdd(key, price);
        return price;
    }

    // A provider's name before its kind, a name before a glob, then in the order written.
    private ModelPrice? Own(string provider, string kind, string model) =>
        own.Where(entry => entry.Owner == provider || entry.Owner == kind)
            .Where(entry => entry.Model == model || (entry.IsGlob && Glob.Matches(entry.Model, model)))
            .OrderByDescending(entry => entry.Owner == provider)
            .ThenBy(entry => entry.IsGlob)
            .FirstOrDefault()?.Price;

    private static int PlaceOf(string provider, string served, string? answered) =>
        (int)((uint)((((provider.Length * 31) + Mark(served)) * 31) + Mark(answered)) % Places);

    private static int Mark(string? name) => name is { Length: > 0 } ? name.Length + (name[^1] << 3) : 0;

    private sealed record Found(string Provider, string Served, string? Answered, ModelPrice? Price)
    {
        internal bool Is(string provider, string served, string? answered) => Provider == provider && Served == served && Answered == answered;
    }
}
