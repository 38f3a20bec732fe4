using Tollgate.Reuse;

namespace Tollgate.Upstreams.Http1;

/// <summary>A connection after 101 Switching Protocols: bytes both ways, until one side closes.</summary>
internal sealed class UpgradedStream(Http1Connection connection) : AsyncStream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

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
