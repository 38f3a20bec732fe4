using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Tollgate.Metering;
using Tollgate.Pipeline;
using Tollgate.Reuse;

namespace Tollgate.Telemetry.Tracing;

/// <summary>
/// The spans of one request: one for the request itself, which follows the conventions for HTTP servers, and below it one for each
/// attempt, which follows those for generative AI. What a model used is on the attempt that used it and nowhere else, so that
/// whoever adds up spans counts it once.
/// </summary>
internal sealed class RequestTrace(Tracer tracer)
{
    private readonly AttemptSpan _attempt = new(tracer);
    private Activity _server = null!;
    private string? _dropped;
    private bool _isShared;

    /// <summary>What goes upstream: the attempt, or the request where attempts are not recorded.</summary>
    internal Activity Outgoing => _attempt.Span ?? _server;

    /// <summary>For an attempt beside the one that is recorded here: below the same request. Either may end last, so neither is used again.</summary>
    internal RequestTrace Fork()
    {
        _isShared = true;
        return new RequestTrace(tracer) { _server = _server, _isShared = true };
    }

    /// <summary>What is known on arrival.</summary>
    internal void Begin(GatewayRequest request, Activity server, string? route)
    {
        _server = server;
        request.Record.TraceId = server.TraceId.ToHexString();
        request.Record.IsTraceRecorded = server.Recorded;
        if (!server.IsAllDataRequested) return;
        var http = request.Context.Request;
        server.AddTag("http.request.method", http.Method);
        server.AddTag("url.path", request.Record.Path);
        server.AddTag("url.scheme", http.Scheme);
        if (route is not null) server.AddTag("http.route", route);
        if (http.Host.HasValue) Address(http.Host);
        server.AddTag("network.protocol.version", SpanTexts.Version(http.Protocol));
        if (http.Headers.UserAgent is [{ Length: > 0 } agent, ..]) server.AddTag("user_agent.original", Bounded(agent));
        server.AddTag("tollgate.request.id", request.Record.RequestId);
        tracer.Convention.Describe(server);
    }

    /// <summary>Carries out an attempt under a span of its own.</summary>
    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    internal async ValueTask<AttemptOutcome> RunAsync(AttemptExecutor executor, GatewayRequest request, TransferPlan plan)
    {
        BeginAttempt(request, plan);
        AttemptOutcome? outcome = null;
        try
        {
            outcome = await executor.ExecuteAsync(request, plan).ConfigureAwait(false);
            return outcome;
        }
        finally
        {
            _attempt.End(request, outcome);
        }
    }

    /// <summary>For lanes that carry out their attempt themselves; it ends with the request at the latest.</summary>
    internal void BeginAttempt(GatewayRequest request, TransferPlan plan)
    {
        _attempt.Begin(_server, request, plan);
        _dropped = plan.Translation?.Announcement;
    }

    /// <summary>The request is over and its record complete.</summary>
    internal void End(GatewayRequest request)
    {
        request.Trace = null;
        _attempt.End(request, AttemptOutcome.Done);
        if (_server.IsAllDataRequested)
        {
            Conclude(request.Record);
            Chosen(_server, request.Record);
        }

        _server.Dispose();
        if (_isShared) return;
        (_server, _dropped) = (null!, null);
        tracer.Return(this);
    }

    internal static string Bounded(string text) => text.Length <= AccessLogLine.MaxTextLength ? text : text[..AccessLogLine.MaxTextLength];

    /// <summary>Values of the headers that the operator chose. Last: their names are his, may be those of others, and then take their place.</summary>
    internal static void Chosen(Activity span, RequestRecord record)
    {
        for (var i = 0; i < record.Attributes.Count; i++) span.SetTag(record.Attributes[i].Key, record.Attributes[i].Value);
    }

    private void Address(HostString host)
    {
        var (name, port) = tracer.Texts.Host(host);
        _server.AddTag("server.address", name);
        if (port is not null) _server.AddTag("server.port", port);
    }

    private void Conclude(RequestRecord record)
    {
        _server.AddTag("http.response.status_code", Boxed.Of(record.Status));
        Name("tollgate.operation", record.Operation?.Name);
        Name("tollgate.client", record.Client);
        Name("tollgate.route", record.Route);
        Name("tollgate.provider", record.Provider);
        Name("tollgate.model.asked", record.AskedModel);
        Name("tollgate.model.served", record.ServedModel);
        Name("tollgate.dropped", _dropped);
        Name("tollgate.error", record.ErrorCode);
        _server.AddTag("tollgate.attempts", Boxed.Of(record.Attempts));
        _server.AddTag("tollgate.stream", Boxed.Of(record.Stream));

        // A refusal is the client's mistake, not the server's: the conventions leave the status of a 4xx unset.
        if (record.Status is >= 400 and < 500 || (record.Status < 500 && record.ErrorCode is null) || record.ErrorCode == "client_left") return;
        _server.AddTag("error.type", record.ErrorCode ?? record.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        _server.SetStatus(ActivityStatusCode.Error);
    }

    private void Name(string name, string? value)
    {
        if (value is not null) _server.AddTag(name, Bounded(value));
    }
}
