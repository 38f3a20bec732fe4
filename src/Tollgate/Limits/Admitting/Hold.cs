using System.Runtime.CompilerServices;
using Tollgate.Configuration;
using Tollgate.Limits.Local;
using Tollgate.Limits.Rules;
using Tollgate.Model;
using Tollgate.Reuse;

namespace Tollgate.Limits.Admitting;

/// <summary>What a request, or one call of a provider, wants of the counters of one store, and holds of them. Part of the pooled request.</summary>
internal sealed class Hold
{
    /// <summary>More limits than this on one request are a mistake of whoever wrote them; the rest are not looked at.</summary>
    private const int Most = 64;

    private BucketClaim[] _claims = new BucketClaim[4];
    private LimitRule[] _rules = new LimitRule[4];
    private string[] _subjects = new string[4];
    private long[] _used = new long[4];
    private ICounterStore? _store;
    private ReservationId _id;

    // What counters in memory reserve is noted in it, each time in the same.
    private Reservation? _reservation;
    private bool _isInMemory;

    internal int Count { get; private set; }

    /// <summary>True from the moment that the store is asked until it is settled.</summary>
    internal bool IsOpen => _store is not null;

    /// <summary>True: one of its limits counts money.</summary>
    internal bool CountsMoney { get; private set; }

    internal ReadOnlySpan<LimitRule> Rules => _rules.AsSpan(0, Count);

    internal ReadOnlySpan<BucketClaim> Claims => _claims.AsSpan(0, Count);

    internal void Add(LimitRule rule, string subject)
    {
        if (Count == Most) return;
        if (Count == _claims.Length)
        {
            Array.Resize(ref _claims, Count * 2);
            Array.Resize(ref _rules, Count * 2);
            Array.Resize(ref _subjects, Count * 2);
            Array.Resize(ref _used, Count * 2);
        }

        _subjects[Count] = subject;
        _rules[Count++] = rule;
        CountsMoney |= rule.Unit == LimitUnit.Money;
    }

    /// <summary>Sets what is reserved: at least one unit of each, so that who has nothing left is refused.</summary>
    internal void Want(in Charge charge, GatewayModel model)
    {
        for (var i = 0; i < Count; i++)
        {
            var rule = _rules[i];
            _claims[i] = new BucketClaim(new BucketId(rule.Bucket, _subjects[i]), rule.Window, rule.Limit, Math.Clamp(charge.Of(rule, model), 1, LimitRule.Largest), rule.Pool, rule.Config.Shadow);
        }
    }

    /// <summary>What is reserved in tokens of any kind; null when no limit counts them.</summary>
    internal long? ReservedTokens
    {
        get
        {
            for (var i = 0; i < Count; i++)
            {
                if (_rules[i].Unit is LimitUnit.Tokens or LimitUnit.InputTokens or LimitUnit.OutputTokens) return _claims[i].Amount;
            }

            return null;
        }
    }

    /// <summary>From here on it must be settled, whatever the store answers: it may have reserved and not have said so.</summary>
    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    internal async ValueTask<Admission> ReserveAsync(ICounterStore store, ReservationId id, TimeSpan timeToLive, CancellationToken cancellation)
    {
        (_store, _id, _isInMemory) = (store, id, false);
        var admission = await store.ReserveAsync(id, _claims.AsMemory(0, Count), timeToLive, cancellation).ConfigureAwait(false);
        if (!admission.IsAdmitted) _store = null;
        return admission;
    }

    /// <summary>The same at counters in memory, which answer at once, for the time that it is now.</summary>
    internal Admission Reserve(LocalCounterStore store, ReservationId id, TimeSpan timeToLive, DateTimeOffset now)
    {
        var admission = store.Reserve(id, _claims.AsSpan(0, Count), timeToLive, _reservation ??= new Reservation(), now);
        (_store, _id, _isInMemory) = (admission.IsAdmitted ? store : null, id, true);
        return admission;
    }

    /// <summary>Sets what was used, beside what was said before.</summary>
    internal void Use(in Charge charge, GatewayModel model)
    {
        for (var i = 0; i < Count; i++) _used[i] = Math.Min(_used[i] + charge.Of(_rules[i], model), LimitRule.Largest);
    }

    /// <summary>Ends what it holds, once, with what was set as used; nothing where that was not set.</summary>
    internal ValueTask SettleAsync()
    {
        if (_store is not { } store) return ValueTask.CompletedTask;
        if (!_isInMemory)
        {
            _store = null;
            return store.SettleAsync(_id, _claims.AsMemory(0, Count), _used.AsMemory(0, Count));
        }

        Settle();
        return ValueTask.CompletedTask;
    }

    /// <summary>The same of what counters in memory hold.</summary>
    internal void Settle()
    {
        if (_isInMemory && _store is LocalCounterStore store) store.Settle(_id, _reservation!, _used.AsSpan(0, Count));
        _store = null;
    }

    /// <summary>Makes it as new. What it held must have been settled.</summary>
    internal void Clear()
    {
        if (IsOpen && _isInMemory) _reservation = null; // the counters have it until its time is over
        _store = null;
        if (Count == 0) return;
        Array.Clear(_claims, 0, Count);
        Array.Clear(_rules, 0, Count);
        Array.Clear(_subjects, 0, Count);
        Array.Clear(_used, 0, Count);
        Count = 0;
        CountsMoney = false;
    }
}
