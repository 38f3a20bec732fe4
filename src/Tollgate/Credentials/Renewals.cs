using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Tollgate.Catalog;
using Tollgate.Configuration;

namespace Tollgate.Credentials;

/// <summary>The identities in use. They outlive a reload: a generation with the same settings goes on with what is there.</summary>
internal sealed class Renewals(IEnumerable<IdentityKind> kinds, TimeProvider time, Chance chance, ILogger<Renewals> logger) : IDisposable
{
    private readonly ImmutableArray<IdentityKind> _kinds = [.. kinds];
    private readonly Lock _lock = new();
    private ImmutableDictionary<object, Renewal> _running = ImmutableDictionary<object, Renewal>.Empty;

    /// <summary>Collects what a generation that is being compiled needs. Nothing begins before <see cref="Adopt"/>.</summary>
    internal RenewalSet Begin() => new(this);

    /// <summary>Goes on with the renewals of a generation that came into force, begins those that are new, and ends the others.</summary>
    internal void Adopt(RenewalSet set)
    {
        lock (_lock)
        {
            var ended = _running.Where(pair => !set.BySettings.ContainsKey(pair.Key)).Select(pair => pair.Value).ToList();
            _running = set.BySettings.ToImmutableDictionary();
            foreach (var renewal in ended) renewal.Dispose();
            foreach (var renewal in _running.Values) renewal.Start();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var renewal in _running.Values) renewal.Dispose();
            _running = ImmutableDictionary<object, Renewal>.Empty;
        }
    }

    internal IdentitySource? Open(ProviderConfig provider, ProviderKind kind) => _kinds.FirstOrDefault(k => k.Serves(provider, kind))?.Open(provider);

    /// <summary>The renewal that runs with these settings, or one that has not begun.</summary>
    internal Renewal Continue(ProviderConfig provider, IdentitySource source) =>
        _running.GetValueOrDefault(source.Settings) ?? new Renewal(provider.Name, source, time, chance, logger);
}

/// <summary>The identities of one generation.</summary>
internal sealed class RenewalSet(Renewals owner)
{
    internal Dictionary<object, Renewal> BySettings { get; } = [];

    /// <summary>The provider's identity, shared with every provider that has the same one; null when nothing is registered that serves it.</summary>
    internal Renewal? Find(ProviderConfig provider, ProviderKind kind)
    {
        if (owner.Open(provider, kind) is not { } source) return null;
        if (!BySettings.TryGetValue(source.Settings, out var renewal)) BySettings[source.Settings] = renewal = owner.Continue(provider, source);
        return renewal;
    }
}
