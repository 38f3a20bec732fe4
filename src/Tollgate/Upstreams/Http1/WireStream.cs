using Tollgate.Reuse;

namespace Tollgate.Upstreams.Http1;

/// <summary>A connection as a stream, for TLS above it. A read or a write that is cancelled closes it.</summary>
internal sealed class WireStream(Wire wire) : AsyncStream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default) =>
        cancellationToken.CanBeCanceled ? ReadOrCloseAsync(target, cancellationToken) : wire.ReadAsync(target);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) => wire.WriteAsync(source, cancellationToken);

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
