namespace Tollgate.Upstreams.Http1;

/// <summary>A connection after 101 Switching Protocols: bytes both ways, until one side closes.</summary>
internal sealed class UpgradedStream(Http1Connection connection) : Stream
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

    public override async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default)
    {
        var taken = connection.TakeRead(target.Span);
        if (taken > 0) return taken;
        using var closing = cancellationToken.UnsafeRegister(static connection => ((Http1Connection)connection!).Abort(), connection);
        try
        {
            return await connection.Wire.ReadAsync(target).ConfigureAwait(false);
        }
        catch (Exception e) when (Http1Connection.IsBroken(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new HttpIOException(HttpRequestError.ResponseEnded, "the connection broke", e);
        }
    }

    public override Task<int> ReadAsync(byte[] array, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(array.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        try
        {
            await connection.Wire.WriteAsync(source, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Http1Connection.IsBroken(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new WireException("the connection broke", e);
        }
    }

    public override Task WriteAsync(byte[] array, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(array.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // Every write goes out.
    }

    public override int Read(byte[] array, int offset, int count) => throw new NotSupportedException("it is read asynchronously");

    public override void Write(byte[] array, int offset, int count) => throw new NotSupportedException("it is written asynchronously");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.LoseBuffer(); // the other direction may still read from it
            connection.End(isWhole: false);
        }

        base.Dispose(disposing);
    }
}
