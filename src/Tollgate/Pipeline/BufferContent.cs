using System.Net;

namespace Tollgate.Pipeline;

/// <summary>A body that is already in memory. The memory stays the owner's; nothing is copied.</summary>
internal sealed class BufferContent(ReadOnlyMemory<byte> body) : HttpContent
{
    private volatile bool _inFlight;

    /// <summary>True while the transport reads the memory: it must not go back to its pool.</summary>
    internal bool InFlight => _inFlight;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _inFlight = true;
        try
        {
            await stream.WriteAsync(body, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _inFlight = false;
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
