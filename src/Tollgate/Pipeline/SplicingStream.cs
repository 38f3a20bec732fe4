using Tollgate.Reuse;

namespace Tollgate.Pipeline;

/// <summary>Replaces one range of what is written through it; everything else passes byte for byte.</summary>
internal sealed class SplicingStream(Stream target, long start, long end, ReadOnlyMemory<byte> replacement) : AsyncStream
{
    private long _position;

    public override bool CanWrite => true;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var from = _position;
        _position += buffer.Length;
        var before = (int)Math.Clamp(start - from, 0, buffer.Length);
        if (before > 0) await target.WriteAsync(buffer[..before], cancellationToken).ConfigureAwait(false);
        if (from <= start && start < _position) await target.WriteAsync(replacement, cancellationToken).ConfigureAwait(false);
        var after = (int)Math.Clamp(end - from, 0, buffer.Length);
        if (after < buffer.Length) await target.WriteAsync(buffer[after..], cancellationToken).ConfigureAwait(false);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);

    public override void Flush() => target.Flush();
}
