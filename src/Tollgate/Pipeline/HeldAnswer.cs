using Tollgate.Upstreams;

namespace Tollgate.Pipeline;

/// <summary>A provider's bad answer that has not gone to the client, because another attempt may do better.</summary>
/// <param name="response">Its head; disposed with this.</param>
internal abstract class HeldAnswer(UpstreamResponse response) : IDisposable
{
    protected UpstreamResponse Response { get; } = response;

    /// <summary>How long the provider asks to be left alone; null when it does not say.</summary>
    internal TimeSpan? RetryAfter(DateTimeOffset now) => Pipeline.RetryAfter.Of(Response, now);

    /// <summary>Passes it on after all.</summary>
    internal abstract ValueTask WriteAsync(GatewayRequest request);

    public void Dispose() => Response.Dispose();
}

/// <summary>An error by its status.</summary>
internal sealed class HeldError(UpstreamResponse response, TransferPlan plan, byte[] body) : HeldAnswer(response)
{
    internal override ValueTask WriteAsync(GatewayRequest request) => ErrorRelay.WriteAsync(request, Response, plan, body);
}

/// <summary>A stream under a good status that begins with an error; in the client's own dialect, so it passes as it is.</summary>
internal sealed class HeldStream(ResponseHead head, byte[] beginning) : HeldAnswer(head.From)
{
    internal override async ValueTask WriteAsync(GatewayRequest request)
    {
        request.Record.ErrorCode = "provider_stream_error";
        request.Record.Stream = true;
        using var client = new ClientStream(request, head, holds: false);
        client.Write(beginning);
        await client.FlushAsync().ConfigureAwait(false);
    }
}

/// <summary>An answer in one piece that is an error under a good status; in the client's own dialect, so it passes as it is.</summary>
internal sealed class HeldBody(ResponseHead head, byte[] body) : HeldAnswer(head.From)
{
    internal override async ValueTask WriteAsync(GatewayRequest request)
    {
        head.ApplyWhole(request);
        request.Record.ErrorCode = "provider_stream_error";
        request.Context.Response.ContentLength = request.Record.BytesOut = body.Length;
        request.Capture(body);
        await request.Context.Response.BodyWriter.WriteAsync(body, request.Context.RequestAborted).ConfigureAwait(false);
    }
}
