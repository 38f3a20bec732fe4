using System.Collections.Frozen;
using Tollgate.Authentication;
using Tollgate.Configuration;
using Tollgate.Protocols.Errors;

namespace Tollgate.Keys;

/// <summary>The keys that were made at run time, as requests look them up: in memory, one hash and one look for a wrong key as for a right one.</summary>
internal sealed class KeyRing(TimeProvider time)
{
    private readonly Lock _lock = new();
    private GatewayConfig _config = new();
    private KeyRecords _records = KeyRecords.None;
    private volatile RingSnapshot _current = RingSnapshot.Empty;
    private volatile bool _isStale;

    internal RingSnapshot Current => _current;

    /// <summary>True while the store cannot be asked: a key that is not known could have been made elsewhere in the meantime.</summary>
    internal bool IsStale
    {
        get => _isStale;
        set => _isStale = value;
    }

    internal KeyRecords Records => _records;

    internal Identified Find(Digest digest)
    {
        if (!_current.Keys.TryGetValue(digest.First, out var key) || !digest.IsSameAs(key.Digest))
        {
            return _isStale ? Identified.Unjudged("the key cannot be judged now, because the store of keys cannot be reached; try again soon") : Identified.Nobody;
        }

        return key.Until is { } end && end <= time.GetUtcNow() ? Identified.Late : key.Identified;
    }

    /// <summary>Takes over the teams of a configuration that came into force.</summary>
    internal void Adopt(GatewayConfig config)
    {
        lock (_lock)
        {
            _config = config;
            _current = RingSnapshot.Of(_config, _records);
        }
    }

    /// <summary>Takes over what the store holds.</summary>
    internal void Load(KeyRecords records)
    {
        lock (_lock)
        {
            _records = records;
            _current = RingSnapshot.Of(_config, _records);
        }
    }
}

/// <summary>Keys and teams at one moment.</summary>
internal sealed class RingSnapshot
{
    private static readonly Identified Disabled = Identified.Refused(GatewayErrorKinds.Unauthenticated, "the key is disabled: ask who manages the keys of this gateway");

    private RingSnapshot(Dictionary<UInt128, RingKey> keys, Hierarchy groups, bool closesTheGate) => (Keys, Groups, ClosesTheGate) = (keys, groups, closesTheGate);

    internal static RingSnapshot Empty { get; } = new([], Hierarchy.Empty, closesTheGate: false);

    /// <summary>By the first half of their hash.</summary>
    internal Dictionary<UInt128, RingKey> Keys { get; }

    /// <summary>Teams and organisations of the configuration, and those made at run time.</summary>
    internal Hierarchy Groups { get; }

    /// <summary>True when callers need a key.</summary>
    internal bool ClosesTheGate { get; }

    internal static RingSnapshot Of(GatewayConfig config, KeyRecords records)
    {
        var groups = new Hierarchy(config.Teams.Concat(records.Teams.Values.Select(t => t.Group)), config.Organizations.Concat(records.Organizations.Values.Select(o => o.Group)));
        var keys = new Dictionary<UInt128, RingKey>(records.Keys.Count);
        foreach (var record in records.Keys.Values)
        {
            var identified = record.Disabled ? Disabled : Identify(record, groups);
            Add(keys, new RingKey(Digest.From(record.Sha256.AsSpan()), identified, record.Expires));
            if (record.Former is { } former) Add(keys, new RingKey(Digest.From(former.Sha256.AsSpan()), identified, record.Expires < former.Until ? record.Expires : former.Until));
        }

        return new RingSnapshot(keys, groups, records.Exist || config.KeyStore is not null);
    }

    private static void Add(Dictionary<UInt128, RingKey> keys, RingKey key) => keys.TryAdd(key.Digest.First, key);

    private static Identified Identify(KeyRecord record, Hierarchy groups)
    {
        var own = new Caller(record.Name)
        {
            KeyId = record.Id,
            Models = record.Models,
            Providers = record.Providers.IsEmpty ? null : record.Providers.ToFrozenSet(StringComparer.Ordinal),
            Limits = record.Allowances.ToLimits("keys." + record.Id, default),
        };
        return groups.Place(own, record.Team, organization: null, out var unknown) is { } caller
            ? Identified.As(caller)
            : Identified.Refused(GatewayErrorKinds.Forbidden, $"the key cannot be used: this gateway knows no {unknown}");
    }
}

/// <summary>A key, ready to be answered with.</summary>
/// <param name="Digest">Of the key.</param>
/// <param name="Identified">Who has it, or why it is not taken.</param>
/// <param name="Until">When it stops to work; null: never.</param>
internal sealed record RingKey(Digest Digest, Identified Identified, DateTimeOffset? Until);
