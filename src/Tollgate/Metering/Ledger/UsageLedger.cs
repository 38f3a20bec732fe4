using Microsoft.Extensions.Logging;
using Tollgate.Configuration;
using Tollgate.Metering.Reports;

namespace Tollgate.Metering.Ledger;

/// <summary>
/// The ledger of this process. A request takes a slot before its provider is called and leaves its lines there when it ends; one task writes
/// lines to the store, many at a time, and frees their slots. When there are no slots left, further requests wait.
/// </summary>
internal sealed class UsageLedger : IAsyncDisposable
{
    private const int ReportsAtOnce = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [ThreadStatic]
    private static byte[]? t_frame;

    private readonly ILedgerStore _store;
    private readonly SlotFile _slots;
    private readonly LedgerConfig _config;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _freed = new(0);
    private readonly SemaphoreSlim _reports = new(ReportsAtOnce);
    private readonly int[] _free;

    // Of each slot, to be filled again when its line has been written. Null: of a slot that was not used yet, or the store keeps lines.
    private readonly UsageEntry?[] _entries;
    private readonly Lock _gate = new();
    private readonly LineWriter _writer;
    private readonly SlotSync? _sync;
    private readonly ulong _instance;
    private int _freeCount;
    private int _waiting;
    private long _number;
    private long _refused;

    /// <param name="store">An open store.</param>
    /// <param name="slots">A file without records.</param>
    /// <param name="config">Limits.</param>
    /// <param name="instance">A random number: with it, ids are unique among gateways.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of failures.</param>
    internal UsageLedger(ILedgerStore store, SlotFile slots, LedgerConfig config, ulong instance, TimeProvider time, ILogger logger)
    {
        (_store, _slots, _config, _instance, _time) = (store, slots, config, instance, time);
        _free = new int[slots.Count];
        _entries = new UsageEntry?[slots.Count];
        _freeCount = slots.Count;
        for (var slot = 0; slot < _free.Length; slot++) _free[slot] = _free.Length - 1 - slot;
        _writer = new LineWriter(store, Free, time, logger);
        if (config.Durability == LedgerDurability.Strict) _sync = new SlotSync(slots);
    }

    internal ILedgerStore Store => _store;

    internal LedgerConfig Config => _config;

    /// <summary>Requests that may be under way or wait to be written.</summary>
    internal int Capacity => _slots.Count;

    /// <summary>Slots in use.</summary>
    internal int InUse => _slots.Count - Volatile.Read(ref _freeCount);

    /// <summary>Requests that were refused for want of a slot.</summary>
    internal long Refused => Volatile.Read(ref _refused);

    internal LineWriter Writer => _writer;

    /// <summary>A slot, if there is one at once and nobody waits for it.</summary>
    internal bool TryOpen(out LedgerTicket ticket)
    {
        ticket = default;
        return Volatile.Read(ref _waiting) == 0 && TryTake(out ticket);
    }

    /// <summary>A slot, after a wait if need be; null when none came in time.</summary>
    internal async ValueTask<LedgerTicket?> OpenAsync(CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_config.MaxWait, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        Interlocked.Increment(ref _waiting);
        try
        {
            LedgerTicket ticket;
            while (!TryTake(out ticket))
            {
                _writer.Hurry(); // what could be free waits for lines to come with it
                await _freed.WaitAsync(either.Token).ConfigureAwait(false);
            }

            return ticket;
        }
        catch (OperationCanceledException)
        {
            if (!cancellation.IsCancellationRequested) Interlocked.Increment(ref _refused);
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Notes that a request is under way: what will be its line if the process dies.</summary>
    internal void Begin(in LedgerTicket ticket, in LineDraft draft) => Write(ticket.Slot, draft, isSettled: false);

    /// <summary>Completes when what <see cref="Begin"/> noted is as safe as the configuration wants it before a client is told of it.</summary>
    internal Task WhenSafe() => _sync?.WhenSynced() ?? Task.CompletedTask;

    /// <summary>Takes over the lines of a request that has ended. Does not wait.</summary>
    /// <param name="ticket">Its slot.</param>
    /// <param name="record">What is known of it: all.</param>
    internal void Close(in LedgerTicket ticket, RequestRecord record)
    {
        var line = _store.KeepsLines ? NewEntry() : _entries[ticket.Slot] ??= NewEntry();
        LedgerLines.Answer(record, ticket.Id, ref line.Values);
        Close(ticket, line, LedgerLines.Failed(record, ticket.Id));
    }

    /// <param name="ticket">Its slot.</param>
    /// <param name="line">The line of its answer.</param>
    /// <param name="others">Those of calls that failed before; null: none.</param>
    internal void Close(in LedgerTicket ticket, UsageEntry line, List<UsageEntry>? others)
    {
        if (others is not null) foreach (var other in others) Add(TryOpen(out var own) ? own.Slot : null, other);
        Add(ticket.Slot, line);
    }

    /// <summary>Gives back a slot whose request has called nobody.</summary>
    internal void Release(in LedgerTicket ticket) => Free([ticket.Slot]);

    /// <summary>Completes when all lines taken over so far are in the store.</summary>
    internal Task FlushAsync(CancellationToken cancellation) => _writer.FlushAsync(cancellation);

    /// <summary>A report. Few are made at a time: whoever asks must not take the database from those who write.</summary>
    internal async ValueTask<IReadOnlyList<UsageRow>> QueryAsync(UsageQuery query, CancellationToken cancellation)
    {
        await _reports.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await CatchUpAsync(cancellation).ConfigureAwait(false);
            return await _store.QueryAsync(query, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _reports.Release();
        }
    }

    /// <summary>What has ended by now belongs into a report, but not for longer than a reader would wait: what is missing then comes with the next one.</summary>
    private async Task CatchUpAsync(CancellationToken cancellation)
    {
        if (_writer.Fault is not null) return;
        using var limit = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            await FlushAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The ledger tells of its trouble itself.
        }
    }

    /// <summary>Writes what is left, as far as the store takes it; the rest stays in the file of slots for the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        if (_sync is not null) await _sync.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        if (InUse == 0) _slots.Dispose();
        else _slots.Leave();
    }

    private void Add(int? slot, UsageEntry line)
    {
        if (slot is { } number) Write(number, line.Values, isSettled: true);
        _writer.Add(line, slot);
    }

    private void Write(int slot, in LineDraft draft, bool isSettled)
    {
        var frame = t_frame ??= new byte[SlotFile.LargestFrame]; // on the stack it would be cleared each time
        _slots.WriteFrame(slot, frame.AsSpan(0, SlotFile.RecordAt + SlotRecord.Write(draft, frame.AsSpan(SlotFile.RecordAt))), isSettled);
    }

    /// <summary>One to be filled.</summary>
    internal static UsageEntry NewEntry() => new() { Id = default, RequestId = "", Start = default };

    private bool TryTake(out LedgerTicket ticket)
    {
        ticket = default;
        int slot;
        long number;
        lock (_gate)
        {
            if (_freeCount == 0) return false;
            slot = _free[--_freeCount];
            number = ++_number;
        }

        // Big-endian, so that ids of one process are in order in an index.
        Span<byte> id = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(id, _instance);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(id[8..], number);
        ticket = new LedgerTicket(slot, new Guid(id, bigEndian: true));
        return true;
    }

    private void Free(ReadOnlySpan<int> slots)
    {
        foreach (var slot in slots) _slots.Clear(slot);
        lock (_gate)
        {
            foreach (var slot in slots) _free[_freeCount++] = slot;
        }

        // Whoever is woken looks for itself, and waits again where another one was faster.
        if (Volatile.Read(ref _waiting) is > 0 and var waiting) _freed.Release(Math.Min(waiting, slots.Length));
    }
}
