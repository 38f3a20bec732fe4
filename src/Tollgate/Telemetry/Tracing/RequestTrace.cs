using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Tollgate.Metering;
using Tollgate.Pipeline;

namespace Tollgate.Telemetry.Tracing;

/// <summary>
/// The spans of one request: one for the request itself, which follows the conventions for HTTP servers, and below it one for each
/// attempt, which follows those for generative AI. What a model used is on the attempt that used it and nowhere else, so that
/// whoever adds up spans counts it once.
/// </summary>
internal sealed class RequestTrace(Tracer tracer, Activity server)
{
    private AttemptSpan? _attempt;
    private string? _dropped;

    /// <summary>What goes upstream: the attempt, or the request where attempts are not recorded.</summary>
    internal Activity Outgoing => _attempt?.Span ?? server;

    internal string TraceId { get; } = server.TraceId.ToHexString();

    /// <summary>For an attempt beside the one that is recorded here: below the same request.</summary>
    internal RequestTrace Fork() => new(tracer, server);

    /// <summary>What is known on arrival.</summary>
    internal void Describe(GatewayRequest request, string? route)
    {
        request.Record.TraceId = TraceId;
        if (!server.IsAllDataRequested) return;
        var http = request.Context.Request;
        server.SetTag("http.request.method", http.Method);
        server.SetTag("url.path", request.Record.Path);
        server.SetTag("url.scheme", http.Scheme);
        if (route is not null) server.SetTag("http.route", route);
        if (http.Host.HasValue) server.SetTag("server.address", http.Host.Host);
        if (http.Host.Port is { } port) server.SetTag("server.port", port);
        server.SetTag("network.protocol.version", http.Protocol.StartsWith("HTTP/", StringComparison.Ordinal) ? http.Protocol[5..] : http.Protocol);
        if (http.Headers.UserAgent is [{ Length: > 0 } agent, ..]) server.SetTag("user_agent.original", Bounded(agent));
        server.SetTag("tollgate.request.id", request.Record.RequestId);
        foreach (var (name, value) in request.Record.Attributes) server.SetTag(name, value);
        tracer.Convention.Describe(server);
    }

    /// <summary>Carries out an attempt under a span of its own.</summary>
    internal async ValueTask<AttemptOutcome> RunAsync(AttemptExecutor executor, GatewayRequest request, TransferPlan plan)
    {
        BeginAttempt(request, plan);
        AttemptOutcome? outcome = null;
        try
        {
            outcome = await executor.ExecuteAsync(request, plan).ConfigureAwait(false);
            return outcome.Value;
        }
        finally
        {
            EndAttempt(request, outcome);
        }
    }

    /// <summary>For lanes that carry out their attempt themselves; it ends with the request at the latest.</summary>
    internal void BeginAttempt(GatewayRequest request, in TransferPlan plan)
    {
        _attempt = AttemptSpan.Begin(tracer, server, request, plan);
        _dropped = plan.Translation?.Announcement;
    }

    internal void EndAttempt(GatewayRequest request, AttemptOutcome? outcome)
    {
        _attempt?.End(request, outcome);
        _attempt = null;
    }

    /// <summary>The request is over and its record complete.</summary>
    internal void End(GatewayRequest request)
    {
        EndAttempt(request, AttemptOutcome.Done);
        if (server.IsAllDataRequested) Conclude(request.Record);
        server.Dispose();
    }

    internal static string Bounded(string text) => text.Length <= AccessLogLine.MaxTextLength ? text : text[..AccessLogLine.MaxTextLength];

    private void Conclude(RequestRecord record)
    {
        server.SetTag("http.response.status_code", record.Status);
        Name("tollgate.operation", record.Operation?.Name);
        Name("tollgate.client", record.Client);
        Name("tollgate.route", record.Route);
        Name("tollgate.provider", record.Provider);
        Name("tollgate.model.asked", record.AskedModel);
        Name("tollgate.model.served", record.ServedModel);
        Name("tollgate.dropped", _dropped);
        Name("tollgate.error", record.ErrorCode);
        server.SetTag("tollgate.attempts", record.Attempts);
        server.SetTag("tollgate.stream", record.Stream);

        // A refusal is the client's mistake, not the server's: the conventions leave the status of a 4xx unset.
        if (record.Status is >= 400 and < 500 || (record.Status < 500 && record.ErrorCode is null) || record.ErrorCode == "client_left") return;
        server.SetTag("error.type", record.ErrorCode ?? record.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        server.SetStatus(ActivityStatusCode.Error);
    }

    private void Name(string name, string? value)
    {
        if (value is not null) server.SetTag(name, Bounded(value));
    }
}
