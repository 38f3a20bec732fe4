using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Tollgate.Pipeline.Translation;
using Tollgate.Protocols;
using Tollgate.Protocols.Errors;

namespace Tollgate.Pipeline;

/// <summary>Sends a provider's good answer to the client and reads its usage on the way.</summary>
internal sealed class ResponseRelay(ResponseOwners owners)
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<AttemptOutcome> RelayAsync(GatewayRequest request, HttpResponseMessage response, TransferPlan plan)
    {
        var record = request.Record;
        record.ProviderStatus = (int)response.StatusCode;
        record.ProviderHeaders = request.Elapsed;
        if (record.ProviderStatus >= StatusCodes.Status300MultipleChoices && record.ProviderStatus != StatusCodes.Status304NotModified) return await ErrorRelay.RelayAsync(request, response, plan).ConfigureAwait(false);

        var media = ResponseHeaders.MediaType(response.Content);
        var isJson = media.Contains("json", StringComparison.OrdinalIgnoreCase);
        var events = IsEvents(media, plan, out var aws);
        if (plan.Translation is not null) return await TranslatedAnswer.RelayAsync(request, response, plan with { AwsEventStream = aws }, events).ConfigureAwait(false);

        if (IsPage(media, request.Operation))
        {
            response.Dispose();
            return AttemptOutcome.Provider(GatewayErrorKinds.ProviderInvalidResponse, $"provider '{plan.Provider.Name}' answered with a page of HTML");
        }

        var tap = request.BeginTap();
        var source = Upstream.Decode(response.Content, out var decoded);
        await using (source.ConfigureAwait(false))
        {
            var http = request.Context.Response;
            http.StatusCode = record.Status = record.ProviderStatus;
            ResponseHeaders.Copy(request, response, plan);
            var packed = false;
            if (!decoded && response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var encoding))
            {
                packed = true;
                http.Headers.ContentEncoding = encoding.ToString();
            }

            try
            {
                if (events)
                {
                    record.Stream = true;
                    if (aws) http.ContentType = "text/event-stream";
                    if (!http.Headers.ContainsKey("cache-control")) http.Headers.CacheControl = "no-cache";
                    http.Headers["x-accel-buffering"] = "no";
                    using var stream = new StreamPump(request, tap, source, plan with { AwsEventStream = aws }, owners);
                    return await stream.RunAsync().ConfigureAwait(false);
                }

                if (!decoded) http.ContentLength = response.Content.Headers.ContentLength;
                using var unary = new UnaryPump(request, tap, source, plan.Provider, owners, json: isJson && !packed);
                return await unary.RunAsync().ConfigureAwait(false);
            }
            finally
            {
                record.Usage = tap.Usage;
                record.ResponseModel = tap.ResponseModel;
                (record.ResponseId, record.FinishReason) = (tap.ResponseId, tap.FinishReason);
                if (tap.SawError) record.ErrorCode = "provider_stream_error";
            }
        }
    }

    /// <summary>A proxy in between sometimes answers 200 with a page for people.</summary>
    private static bool IsPage(ReadOnlySpan<char> media, Operation operation) =>
        operation.Body != BodyKind.Opaque && media.Equals("text/html", StringComparison.OrdinalIgnoreCase);

    private static bool IsEvents(ReadOnlySpan<char> media, in TransferPlan plan, out bool aws)
    {
        aws = plan.AwsEventStream && media.Equals("application/vnd.amazon.eventstream", StringComparison.OrdinalIgnoreCase);
        return aws || media.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase);
    }
}
