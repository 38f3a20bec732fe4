namespace Tollgate.Tests.Metering;

/// <summary>A sink that takes a write only when the gate is open, and remembers each write.</summary>
internal sealed class GatedSink : Stream
{
    private readonly TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<byte[]> Writes { get; } = [];

    /// <summary>Ends when somebody has begun to write.</summary>
    public Task Entered => entered.Task;

    /// <summary>Thrown by the next write.</summary>
    public Exception? Failure { get; set; }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void Open() => gate.TrySetResult();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        entered.TrySetResult();
        await gate.Task;
        if (Failure is { } failure)
        {
            Failure = null;
            throw failure;
        }

        Writes.Add(buffer.ToArray());
    }

    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>A clock whose timers ring when the test says so.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly TaskCompletionSource<Action> timer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Rings the first timer, as soon as there is one.</summary>
    public async Task RingAsync() => (await timer.Task)();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        timer.TrySetResult(() => callback(state));
        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;
        public void Dispose() { }
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
