using System.Runtime.InteropServices;
using Tollgate.Reuse;

namespace Tollgate.Redis.Counters;

/// <summary>Settlements of one group that go out together. Pooled: good until its end is told.</summary>
internal sealed class SettlementBatch
{
    private readonly List<Settlement> _list = new(Settlements.MostTogether);

    private SettlementBatch()
    {
    }

    /// <summary>Made by who waits for its end; null: nobody does.</summary>
    internal TaskCompletionSource? Over { get; set; }

    internal List<Settlement> List => _list;

    internal ReadOnlySpan<Settlement> Span => CollectionsMarshal.AsSpan(_list);

    internal static SettlementBatch Take() => StatePool<SettlementBatch>.TryTake() ?? new SettlementBatch();

    internal void Return()
    {
        Over = null;
        _list.Clear();
        StatePool<SettlementBatch>.Return(this);
    }
}
