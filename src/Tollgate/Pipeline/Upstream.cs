using System.IO.Compression;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Tollgate.Model;
using Tollgate.Protocols.Errors;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline;

/// <summary>What goes wrong between the gateway and a provider, as outcomes; and the provider's body as it was before compression.</summary>
internal static class Upstream
{
    internal static bool IsFailure(Exception e) =>
        e is HttpRequestException or IOException or OperationCanceledException or InvalidDataException or SocketException;

    internal static AttemptOutcome Classify(Exception e, GatewayRequest request, Provider provider) => e switch
    {
        _ when request.Clock.ClientLeft || ClientLeftException.IsIn(e) => AttemptOutcome.ClientLeft,
        OperationCanceledException when request.Clock.IsOutrun => AttemptOutcome.Outrun,
        BadHttpRequestException unreadable => Unreadable(unreadable),
        HttpRequestException { InnerException: BadHttpRequestException unreadable } => Unreadable(unreadable),
        UploadException upload => new AttemptOutcome(upload.Kind, upload.Message, Culprit.Client),
        HttpRequestException { InnerException: UploadException upload } => new AttemptOutcome(upload.Kind, upload.Message, Culprit.Client),
        OperationCanceledException when request.Clock.IsBrokenOff => new AttemptOutcome(
            GatewayErrorKinds.ShuttingDown, "the gateway is shutting down and waits no longer (drain.max); send the request again", Culprit.Gateway),
        OperationCanceledException when request.Clock.MetDeadline => AttemptOutcome.OutOfTime(request.Clock.Describe(provider.Name), request.Record.Attempts),
        OperationCanceledException when request.Clock.Token.IsCancellationRequested =>
            AttemptOutcome.Provider(GatewayErrorKinds.ProviderTimeout, request.Clock.Describe(provider.Name)),
        OperationCanceledException =>
            AttemptOutcome.Provider(GatewayErrorKinds.ProviderTimeout, request.Clock.DescribeConnect(provider.Name)),
        InvalidDataException => AttemptOutcome.Provider(GatewayErrorKinds.StreamInterrupted, $"provider '{provider.Name}' sent an answer that cannot be read: {e.Message}"),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => Unreachable(provider, "its host name does not resolve"),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Unreachable(provider, "the TLS handshake failed"),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => Unreachable(provider, "it accepts no connection"),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } =>
            AttemptOutcome.Provider(GatewayErrorKinds.ProviderInvalidResponse, $"provider '{provider.Name}' did not answer in HTTP"),
        _ => AttemptOutcome.Provider(GatewayErrorKinds.StreamInterrupted, $"provider '{provider.Name}' closed the connection before its answer was complete"),
    };

    /// <summary>The body without its content encoding. <paramref name="decoded"/> is true when there was one.</summary>
    internal static Stream Decode(UpstreamResponse response, out bool decoded)
    {
        var stream = response.Body;
        var encoding = response.Headers.Find("content-encoding");
        decoded = encoding is not null;
        if (!decoded) return stream; // nearly always: the gateway asks for no encoding
        switch (encoding!.Split(',')[^1].Trim().ToLowerInvariant())
        {
            case "gzip" or "x-gzip": return new GZipStream(stream, CompressionMode.Decompress);
            case "br": return new BrotliStream(stream, CompressionMode.Decompress);
            case "deflate": return new ZLibStream(stream, CompressionMode.Decompress);
            default:
                decoded = false;
                return stream;
        }
    }

    private static AttemptOutcome Unreadable(BadHttpRequestException e) =>
        new(GatewayErrorKinds.InvalidRequest, "the request cannot be read: " + e.Message, Culprit.Client);

    // The host stays out of the message: clients need not know where providers are.
    private static AttemptOutcome Unreachable(Provider provider, string why) =>
        AttemptOutcome.Provider(GatewayErrorKinds.ProviderUnreachable, $"provider '{provider.Name}' cannot be reached: {why}");
}
