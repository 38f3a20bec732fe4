namespace Tollgate.Upstreams;

/// <summary>Takes requests to providers and brings their answers back. No redirects, cookies or decompression.</summary>
internal abstract class UpstreamTransport : IDisposable
{
    /// <summary>Sends a request and waits for the head of its answer.</summary>
    /// <param name="request">The request. It is not looked at any more when this has ended.</param>
    /// <param name="cancellationToken">Ends the call, and the reading of the answer as well.</param>
    /// <exception cref="HttpRequestException">There is no connection, or no answer in HTTP.</exception>
    /// <exception cref="IOException">The body could not be read from its source, or the connection broke.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, or the connection took too long.</exception>
    internal abstract ValueTask<UpstreamResponse> SendAsync(UpstreamRequest request, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();
}
