namespace Tollgate.Tests.Hosting;

/// <summary>An access log in memory that is read while it is written: whole writes, or nothing of them.</summary>
internal sealed class LogMemory : MemoryStream
{
    private readonly Lock _lock = new();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_lock) Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override byte[] ToArray()
    {
        lock (_lock) return base.ToArray();
    }
}
