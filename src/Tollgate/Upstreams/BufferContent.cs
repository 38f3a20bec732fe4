namespace Tollgate.Upstreams;

/// <summary>A body that is already in memory. The memory stays the owner's; nothing is copied. It can be sent again.</summary>
internal sealed class BufferContent(ReadOnlyMemory<byte> body) : UpstreamContent
{
    private volatile bool _inFlight;

    /// <summary>The bytes.</summary>
    internal ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>True while the transport reads the memory: it must not go back to its pool.</summary>
    internal bool InFlight
    {
        get => _inFlight;
        set => _inFlight = value;
    }

    internal override long? Length => Body.Length;

    internal override async Task WriteAsync(Stream target, CancellationToken cancellationToken)
    {
        InFlight = true;
        try
        {
            await target.WriteAsync(Body, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            InFlight = false;
        }
    }
}
