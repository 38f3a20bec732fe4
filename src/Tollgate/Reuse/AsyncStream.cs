namespace Tollgate.Reuse;

/// <summary>A stream without places, read and written asynchronously only; both are refused until they are overridden.</summary>
internal abstract class AsyncStream : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default) => throw new NotSupportedException("it is only written");

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) => throw new NotSupportedException("it is only read");

    public sealed override Task<int> ReadAsync(byte[] array, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(array.AsMemory(offset, count), cancellationToken).AsTask();

    public sealed override Task WriteAsync(byte[] array, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(array.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Nothing: what is written goes out at once, unless this is overridden.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // Unless this is overridden nothing is held back.
    }

    public sealed override int Read(byte[] array, int offset, int count) => throw new NotSupportedException("it is read asynchronously");

    public sealed override void Write(byte[] array, int offset, int count) => throw new NotSupportedException("it is written asynchronously");

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();
}
