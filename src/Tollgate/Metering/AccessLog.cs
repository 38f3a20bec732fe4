using Tollgate.Configuration;
using Tollgate.Reuse;

namespace Tollgate.Metering;

/// <summary>
/// One line of JSON for every request, as <c>docs/access-log.md</c> describes it. A request renders its line and copies it
/// into a batch; one background loop hands batches to the sink, one write each. A request never waits for the sink:
/// when that is stuck and the bounded buffer full, lines are dropped and counted.
/// </summary>
public sealed class AccessLog : IAsyncDisposable
{
    /// <summary>Bytes of lines that may wait for the sink.</summary>
    public const int DefaultCapacity = 4 * 1024 * 1024;

    // How long stopping waits for a sink that does not take its last lines.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    // A busy gateway's lines go out together: a write for every second request would cost it a tenth of its processor time. After a pause the
    // first line goes out at once.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private readonly Stream sink;
    private readonly TimeProvider time;
    private readonly Action<int>? onDropped;
    private readonly Func<double>? chance;
    private readonly IAccessLineSink? also;
    private readonly NearPool<AccessLogLine> lines = new(static () => new AccessLogLine(), mostNear: 2, mostShared: 8);
    private readonly SemaphoreSlim filled = new(0);
    private readonly SemaphoreSlim hurried = new(0);
    private readonly Lock gate = new();
    private readonly Task loop;
    private AccessLogConfig config;
    private LineBatch pending;
    private LineBatch writing;
    private bool stopped;

    /// <summary>Starts the loop.</summary>
    /// <param name="sink">Where lines go, usually standard output. Stays open when the log is disposed.</param>
    /// <param name="config">Whether to log, and whether with bodies.</param>
    /// <param name="time">Measures how long stopping may wait for the sink: 5 s.</param>
    /// <param name="onDropped">Told how many lines were lost; called from requests, so it must be quick.</param>
    /// <param name="chance">Draws from 0 to 1, for samples. Null: every request gets its line.</param>
    /// <param name="capacity">Bytes of lines that may wait for the sink, those that it is being given included.</param>
    /// <param name="also">Who else is given each line.</param>
    public AccessLog(
        Stream sink,
        AccessLogConfig config,
        TimeProvider time,
        Action<int>? onDropped = null,
        int capacity = DefaultCapacity,
        Func<double>? chance = null,
        IAccessLineSink? also = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        (this.sink, this.config, this.time, this.onDropped, this.chance, this.also) = (sink, config, time, onDropped, chance, also);
        pending = new LineBatch(capacity / 2);
        writing = new LineBatch(capacity / 2);
        loop = Task.Run(WriteBatchesAsync);
    }

    /// <summary>Takes effect with the next line.</summary>
    public void Configure(AccessLogConfig config) => Volatile.Write(ref this.config, config);

    /// <summary>Takes down what is known of a request. The record may be reused as soon as this returns.</summary>
    public void Write(RequestRecord record)
    {
        var current = Volatile.Read(ref config);
        if (!current.Enabled || (current.Sample < 1 && !record.Failed && chance is not null && chance() >= current.Sample)) return;
        var line = lines.Get();
        try
        {
            line.Render(record, current.Bodies);
            if (!TryAppend(line.Written)) onDropped?.Invoke(1);
            also?.Write(record, line.Written);
        }
        finally
        {
            if (line.IsWorthKeeping) lines.Return(line);
            else line.Dispose();
        }
    }

    /// <summary>Ends when every line written so far has gone to the sink, or has been dropped.</summary>
    public Task FlushAsync()
    {
        lock (gate)
        {
            if (!pending.IsEmpty)
            {
                Hurry();
                return pending.WhenWritten();
            }

            return writing.IsEmpty ? Task.CompletedTask : writing.WhenWritten();
        }
    }

    /// <summary>Writes what is left and stops. Later lines are dropped; so are those that the sink does not take within 5 s.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (stopped) return;
            stopped = true;
        }

        filled.Release();
        Hurry();
        try
        {
            await loop.WaitAsync(Grace, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            GiveUp();
        }
    }

    private bool TryAppend(ReadOnlySpan<byte> line)
    {
        bool wasEmpty, isFilling;
        lock (gate)
        {
            wasEmpty = pending.IsEmpty;
            var wasFilling = pending.IsHalfFull;
            if (stopped || !pending.TryAppend(line)) return false;
            isFilling = !wasFilling && pending.IsHalfFull;
        }

        if (isFilling) Hurry();

        // One signal per batch is enough: the loop takes all that is pending.
        if (wasEmpty) filled.Release();
        return true;
    }

    /// <summary>Nothing is gathered now: somebody waits, or room runs out.</summary>
    private void Hurry()
    {
        if (hurried.CurrentCount == 0) hurried.Release();
    }

    private async Task WriteBatchesAsync()
    {
        long? last = null;
        while (true)
        {
            await filled.WaitAsync().ConfigureAwait(false);
            if (last is { } then && time.GetElapsedTime(then) < Gathering) await hurried.WaitAsync(Gathering).ConfigureAwait(false);
            LineBatch batch;
            lock (gate)
            {
                if (pending.IsEmpty && stopped) return;
                (pending, writing) = (writing, pending);
                batch = writing;
            }

            await WriteAsync(batch).ConfigureAwait(false);
            lock (gate) batch.Complete();
            last = time.GetTimestamp();
        }
    }

    private async Task WriteAsync(LineBatch batch)
    {
        try
        {
            await sink.WriteAsync(batch.Bytes).ConfigureAwait(false);
            await sink.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // A closed pipe or a full disk must not end the log: it may be mended. The metric tells of the loss.
            onDropped?.Invoke(batch.Lines);
        }
    }

    private void GiveUp()
    {
        int lost;
        lock (gate)
        {
            lost = pending.Lines + writing.Lines;
            pending.Complete();
            // Its bytes may yet go out; who waits for them has waited long enough, and they are not to be counted again.
            writing.Complete();
        }

        onDropped?.Invoke(lost);
    }
}
