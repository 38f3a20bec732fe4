using Tollgate.Protocols.Chat;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline;

/// <summary>
/// Status and headers of a good answer. Of a stream they are put on the client's response when it is committed and not before: of an attempt
/// that is given up nothing is left over.
/// </summary>
/// <param name="From">The provider's response.</param>
/// <param name="Provider">Its name.</param>
internal readonly record struct ResponseHead(UpstreamResponse From, string Provider)
{
    /// <summary>True: the events are written anew, so their media type is the gateway's own.</summary>
    internal bool IsRewritten { get; init; }

    /// <summary>True: the provider's compression was taken off.</summary>
    internal bool IsDecoded { get; init; }

    /// <summary>True: the body is in a compression that the gateway does not know, so it cannot be read along.</summary>
    internal bool IsPacked => !IsDecoded && From.Headers.Contains("content-encoding");

    /// <summary>Fields that a translation left out; null when there are none.</summary>
    internal string? Dropped { get; init; }

    /// <summary>What of the client's headers the provider was not sent; null or empty when nothing is missing.</summary>
    internal IReadOnlyList<FidelityEntry>? Unsent { get; init; }

    /// <summary>For a stream.</summary>
    internal void Apply(GatewayRequest request)
    {
        ApplyWhole(request);
        var headers = request.Context.Response.Headers;
        if (Dropped is not null) headers["x-tollgate-dropped"] = Dropped;
        if (IsRewritten) headers.ContentType = "text/event-stream";
        if (IsRewritten || !headers.ContainsKey("cache-control")) headers.CacheControl = "no-cache";
        headers["x-accel-buffering"] = "no";
    }

    /// <summary>For an answer in one piece.</summary>
    internal void ApplyWhole(GatewayRequest request)
    {
        var http = request.Context.Response;
        http.StatusCode = request.Record.Status = From.Status;
        ResponseHeaders.Copy(request, From, Provider);
        if (Unsent is { Count: > 0 } unsent)
        {
            request.Record.Dropped = unsent;
            http.Headers["x-tollgate-dropped"] = Translation.Translation.Header(unsent);
        }

        if (!IsDecoded && From.Headers.Find("content-encoding") is { } encoding) http.Headers.ContentEncoding = encoding;
    }
}
