using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Tollgate.Pipeline.Resuming;
using Tollgate.Pipeline.Translation;
using Tollgate.Protocols;
using Tollgate.Protocols.Errors;
using Tollgate.Protocols.Usage;
using Tollgate.Reuse;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline;

/// <summary>Sends a provider's good answer to the client and reads its usage on the way.</summary>
internal sealed class ResponseRelay(ResponseOwners owners)
{
    private readonly NearPool<UnaryPump> _unary = new(() => new UnaryPump(owners));

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    internal async ValueTask<AttemptOutcome> RelayAsync(GatewayRequest request, UpstreamResponse response, TransferPlan plan)
    {
        var record = request.Record;
        record.ProviderStatus = response.Status;
        record.ProviderHeaders = request.Elapsed;
        if (record.ProviderStatus >= StatusCodes.Status300MultipleChoices && record.ProviderStatus != StatusCodes.Status304NotModified) return await ErrorRelay.RelayAsync(request, response, plan).ConfigureAwait(false);

        var media = response.MediaType;
        var isJson = media.Contains("json", StringComparison.OrdinalIgnoreCase);
        var events = IsEvents(media, plan, out var aws);
        if (plan.Continues is not null) return await ContinuedAnswer.RelayAsync(request, response, plan.WithEvents(aws), events).ConfigureAwait(false);
        if (plan.Translation is not null) return await TranslatedAnswer.RelayAsync(request, response, plan.WithEvents(aws), events).ConfigureAwait(false);

        if (IsPage(media, request.Operation))
        {
            response.Dispose();
            return AttemptOutcome.Provider(GatewayErrorKinds.ProviderInvalidResponse, $"provider '{plan.Provider.Name}' answered with a page of HTML");
        }

        var tap = request.BeginTap();
        var source = Upstream.Decode(response, out var decoded);
        await using (source.ConfigureAwait(false))
        {
            var head = new ResponseHead(response, plan.Provider.Name) { IsDecoded = decoded, IsRewritten = aws, Unsent = plan.Dropped };
            try
            {
                return events
                    ? await StreamAsync(request, tap, source, head, plan.WithEvents(aws)).ConfigureAwait(false)
                    : await WholeAsync(request, tap, source, head, plan, isJson).ConfigureAwait(false);
            }
            finally
            {
                record.Used = tap.Usage;
                record.AnswerFinished = tap.SawFinish || tap.SawEnd;
                record.EstimatedOutput = tap.EstimatedOutput;
                record.ResponseModel = tap.ResponseModel;
                (record.ResponseId, record.FinishReason) = (tap.ResponseId, tap.FinishReason);
                if (tap.SawError) record.ErrorCode = "provider_stream_error";
            }
        }
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<AttemptOutcome> StreamAsync(GatewayRequest request, UsageTap tap, Stream source, ResponseHead head, TransferPlan plan)
    {
        request.Record.Stream = true;
        using var client = new ClientStream(request, head, plan.MayRetry && EndMark.Needed(request.Operation));
        var resumable = ResumableStream.Open(request, plan, client);
        using var flow = new RelayFlow(request, tap, plan, head, owners, resumable);
        var outcome = await new StreamPump(request, source, flow, client, plan, resumable).RunAsync().ConfigureAwait(false);
        request.Record.SkippedEvents = flow.Skipped;
        return outcome;
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<AttemptOutcome> WholeAsync(GatewayRequest request, UsageTap tap, Stream source, ResponseHead head, TransferPlan plan, bool json)
    {
        if (!request.Claim()) return AttemptOutcome.Outrun;
        head.ApplyWhole(request);
        var packed = head.IsPacked;
        if (!head.IsDecoded) request.Context.Response.ContentLength = head.From.ContentLength;
        var unary = _unary.Get();
        try
        {
            unary.Begin(request, tap, source, head, plan, json && !packed);
            return await unary.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            unary.Dispose();
            _unary.Return(unary);
        }
    }

    /// <summary>A proxy in between sometimes answers 200 with a page for people.</summary>
    private static bool IsPage(ReadOnlySpan<char> media, Operation operation) =>
        operation.Body != BodyKind.Opaque && media.Equals("text/html", StringComparison.OrdinalIgnoreCase);

    private static bool IsEvents(ReadOnlySpan<char> media, TransferPlan plan, out bool aws)
    {
        aws = plan.AwsEventStream && media.Equals("application/vnd.amazon.eventstream", StringComparison.OrdinalIgnoreCase);
        return aws || media.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase);
    }
}
