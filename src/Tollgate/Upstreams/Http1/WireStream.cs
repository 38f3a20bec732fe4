namespace Tollgate.Upstreams.Http1;

/// <summary>A connection as a stream, for TLS above it. A read or a write that is cancelled closes it.</summary>
internal sealed class WireStream(Wire wire) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default) =>
        cancellationToken.CanBeCanceled ? ReadOrCloseAsync(target, cancellationToken) : wire.ReadAsync(target);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) => wire.WriteAsync(source, cancellationToken);

    public override Task<int> ReadAsync(byte[] array, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(array.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] array, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(array.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // What is written is sent at once.
    }

    public override int Read(byte[] array, int offset, int count) => throw new NotSupportedException("it is read asynchronously");

    public override void Write(byte[] array, int offset, int count) => throw new NotSupportedException("it is written asynchronously");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) wire.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadOrCloseAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        using var closing = cancellationToken.UnsafeRegister(static wire => ((Wire)wire!).Dispose(), wire);
        return await wire.ReadAsync(target).ConfigureAwait(false);
    }
}
