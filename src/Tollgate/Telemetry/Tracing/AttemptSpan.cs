using System.Diagnostics;
using System.Globalization;
using Tollgate.Metering;
using Tollgate.Pipeline;
using Tollgate.Protocols;

namespace Tollgate.Telemetry.Tracing;

/// <summary>The span of one attempt after another: from before the provider is called until its answer is with the client, or it has failed.</summary>
internal sealed class AttemptSpan(Tracer tracer)
{
    private TimeSpan _begun;
    private TokenUsage _before;

    /// <summary>The one that has begun; null between attempts, and where they are not recorded.</summary>
    internal Activity? Span { get; private set; }

    internal void Begin(Activity server, GatewayRequest request, TransferPlan plan)
    {
        var operation = SpanOperation.Of(request.Operation);
        var model = request.Record.ServedModel;
        var name = operation is null ? plan.Method.Method : model is null ? operation : tracer.Texts.Name(operation, RequestTrace.Bounded(model));
        Span = tracer.Source.StartActivity(name, ActivityKind.Client, server.Context);
        if (Span is null) return;
        (_begun, _before) = (request.Elapsed, request.Record.Usage);
        if (Span.IsAllDataRequested) Describe(Span, operation, request, plan);
    }

    /// <summary>Nothing, where none has begun.</summary>
    internal void End(GatewayRequest request, AttemptOutcome? outcome)
    {
        if (Span is not { } span) return;
        if (span.IsAllDataRequested)
        {
            Conclude(span, request, outcome);
            RequestTrace.Chosen(span, request.Record);
        }

        span.Dispose();
        Span = null;
    }

    private void Describe(Activity span, string? operation, GatewayRequest request, TransferPlan plan)
    {
        span.AddTag("server.address", plan.Target.Host);
        span.AddTag("server.port", Boxed.Of(plan.Target.Port));
        span.AddTag("tollgate.provider", plan.Provider.Name);
        span.AddTag("tollgate.attempt", Boxed.Of(request.Record.Attempts + 1));
        span.AddTag("tollgate.translated", Boxed.Of(plan.IsTranslated));
        if (plan.Translation?.Announcement is { } dropped) span.AddTag("tollgate.dropped", RequestTrace.Bounded(dropped));
        if (operation is not null) tracer.Convention.Begin(span, operation, request, plan);
        else span.AddTag("http.request.method", plan.Method.Method);
    }

    private void Conclude(Activity span, GatewayRequest request, AttemptOutcome? outcome)
    {
        var record = request.Record;
        var status = record.ProviderStatus;
        if (status != 0) span.AddTag("http.response.status_code", Boxed.Of(status));
        var failure = Failure(request, outcome);
        if (failure is not null)
        {
            span.AddTag("error.type", failure);
            span.SetStatus(ActivityStatusCode.Error, outcome?.Detail);
        }

        span.AddTag("tollgate.outcome", failure is not null ? "failed" : outcome?.Culprit == Culprit.Client ? "client_left" : outcome == AttemptOutcome.PassedOver ? "passed_over" : "answered");
        if (status is < 200 or >= 300 || SpanOperation.Of(request.Operation) is null) return;

        // The record keeps what an earlier attempt used until a later one says something of its own.
        // Of a stream that broke off it is what the access log and the ledger will say.
        var (settled, isEstimated) = UsageSettlement.Completed(record, request.Body.Span);
        if (isEstimated) span.AddTag("tollgate.usage_estimated", Boxed.Of(isEstimated));
        var usage = failure is null || settled != _before ? settled : default;
        tracer.Convention.End(span, request, usage, record.Stream && record.TimeToFirstToken is { } first && first >= _begun ? first - _begun : null);
    }

    /// <summary>A low-cardinality word for what went wrong; null: nothing did, as far as the provider goes.</summary>
    private static string? Failure(GatewayRequest request, AttemptOutcome? outcome)
    {
        if (outcome is not { } ended) return request.Clock.ClientLeft ? null : "_OTHER"; // an exception that nobody expected
        if (ended.Failure is { } kind) return kind.Code;
        if (ended.Culprit == Culprit.Client || ended == AttemptOutcome.PassedOver) return null;
        var status = request.Record.ProviderStatus;
        if (status >= 400) return status.ToString(CultureInfo.InvariantCulture);
        return request.Record.ErrorCode; // told by the provider within an answer that began well
    }
}
