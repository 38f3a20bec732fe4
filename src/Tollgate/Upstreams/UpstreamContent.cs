namespace Tollgate.Upstreams;

/// <summary>The body of a request.</summary>
internal abstract class UpstreamContent
{
    /// <summary>In bytes; null when it is not known before the end.</summary>
    internal abstract long? Length { get; }

    /// <summary>Writes all of it.</summary>
    /// <param name="target">Where to; what was written goes out when it is flushed, at the latest at the end.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    internal abstract Task WriteAsync(Stream target, CancellationToken cancellationToken);
}
