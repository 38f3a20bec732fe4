using Tollgate.Configuration;
using Tollgate.Metering.Ledger;
using Tollgate.Metering.Reports;

namespace Tollgate.Tests.Metering.Ledger;

/// <summary>A ledger in memory that refuses lines while it is told to.</summary>
internal sealed class MemoryLedger : ILedgerStore, ILedgerStoreKind
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Guid, int), UsageEntry> _lines = [];
    private TaskCompletionSource _refusedOnce = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Address => "memory:test";

    public string Name => "sqlite";

    public bool IsDefault { get; init; }

    /// <summary>False: it copies what it is given.</summary>
    public bool KeepsLines { get; init; } = true;

    /// <summary>True: every write fails.</summary>
    public bool Refuses { get; set; }

    /// <summary>Completes when a write was refused.</summary>
    public Task RefusedOnce => _refusedOnce.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public List<int> Batches { get; } = [];

    public IReadOnlyList<UsageEntry> Lines
    {
        get
        {
            lock (_gate) return [.. _lines.Values];
        }
    }

    public ILedgerStore Create(LedgerConfig config, string stateDirectory) => this;

    public ValueTask OpenAsync(CancellationToken cancellation) => default;

    public ValueTask WriteAsync(IReadOnlyList<UsageEntry> lines, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (Refuses)
            {
                _refusedOnce.TrySetResult();
                throw new IOException("the disk is full");
            }

            Batches.Add(lines.Count);
            foreach (var line in lines) _lines.TryAdd((line.Id, line.Part), KeepsLines ? line : line with { });
        }

        return default;
    }

    public ValueTask<long> RollUpAsync(DateTimeOffset before, CancellationToken cancellation) => new(0);

    public ValueTask<IReadOnlyList<UsageRow>> QueryAsync(UsageQuery query, CancellationToken cancellation) => new([]);

    public ValueTask DisposeAsync() => default;
}
