using System.Net;

namespace Tollgate.Upstreams.Handler;

/// <summary>A body in the form that .NET's HTTP client wants.</summary>
internal sealed class HandlerContent(UpstreamContent content) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        content.WriteAsync(stream, cancellationToken);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => content.WriteAsync(stream, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = content.Length ?? 0;
        return content.Length is not null;
    }
}
