using System.Diagnostics;
using System.Globalization;
using Tollgate.Pipeline;
using Tollgate.Protocols;

namespace Tollgate.Telemetry.Tracing;

/// <summary>The span of one attempt: from before the provider is called until its answer is with the client, or it has failed.</summary>
internal sealed class AttemptSpan
{
    private readonly SpanConvention _convention;
    private readonly TimeSpan _begun;
    private readonly TokenUsage _before;

    private AttemptSpan(SpanConvention convention, Activity span, GatewayRequest request)
    {
        (_convention, Span) = (convention, span);
        (_begun, _before) = (request.Elapsed, request.Record.Usage);
    }

    internal Activity Span { get; }

    internal static AttemptSpan? Begin(Tracer tracer, Activity server, GatewayRequest request, in TransferPlan plan)
    {
        var operation = SpanOperation.Of(request.Operation);
        var model = request.Record.ServedModel;
        var name = operation is null ? plan.Method.Method : model is null ? operation : $"{operation} {RequestTrace.Bounded(model)}";
        if (tracer.Source.StartActivity(name, ActivityKind.Client, server.Context) is not { } span) return null;
        var attempt = new AttemptSpan(tracer.Convention, span, request);
        if (span.IsAllDataRequested) attempt.Describe(request, plan);
        return attempt;
    }

    internal void End(GatewayRequest request, AttemptOutcome? outcome)
    {
        if (Span.IsAllDataRequested) Conclude(request, outcome);
        Span.Dispose();
    }

    private void Describe(GatewayRequest request, in TransferPlan plan)
    {
        Span.SetTag("server.address", plan.Target.Host);
        Span.SetTag("server.port", plan.Target.Port);
        Span.SetTag("tollgate.provider", plan.Provider.Name);
        Span.SetTag("tollgate.attempt", request.Record.Attempts + 1);
        Span.SetTag("tollgate.translated", plan.IsTranslated);
        if (plan.Translation?.Announcement is { } dropped) Span.SetTag("tollgate.dropped", RequestTrace.Bounded(dropped));
        foreach (var (name, value) in request.Record.Attributes) Span.SetTag(name, value);
        if (SpanOperation.Of(request.Operation) is { } operation) _convention.Begin(Span, operation, request, plan);
        else Span.SetTag("http.request.method", plan.Method.Method);
    }

    private void Conclude(GatewayRequest request, AttemptOutcome? outcome)
    {
        var record = request.Record;
        var status = record.ProviderStatus;
        if (status != 0) Span.SetTag("http.response.status_code", status);
        var failure = Failure(request, outcome);
        if (failure is not null)
        {
            Span.SetTag("error.type", failure);
            Span.SetStatus(ActivityStatusCode.Error, outcome?.Detail);
        }

        Span.SetTag("tollgate.outcome", failure is not null ? "failed" : outcome?.Culprit == Culprit.Client ? "client_left" : outcome == AttemptOutcome.PassedOver ? "passed_over" : "answered");
        if (status is < 200 or >= 300 || SpanOperation.Of(request.Operation) is null) return;

        // The record keeps what an earlier attempt used until a later one says something of its own.
        var usage = failure is null || record.Usage != _before ? record.Usage : default;
        _convention.End(Span, request, usage, record.Stream && record.TimeToFirstToken is { } first && first >= _begun ? first - _begun : null);
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
