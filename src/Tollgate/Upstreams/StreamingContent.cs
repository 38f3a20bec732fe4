namespace Tollgate.Upstreams;

/// <summary>A body that is written as it comes. It can be sent once.</summary>
internal sealed class StreamingContent(long? length, Func<Stream, CancellationToken, Task> write) : UpstreamContent
{
    internal override long? Length => length;

    internal override Task WriteAsync(Stream target, CancellationToken cancellationToken) => write(target, cancellationToken);
}
