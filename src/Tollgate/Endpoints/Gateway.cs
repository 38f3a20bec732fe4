using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Tollgate.Authentication;
using Tollgate.Hosting;
using Tollgate.Limits.Admitting;
using Tollgate.Metering;
using Tollgate.Metering.Ledger;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Protocols;
using Tollgate.Protocols.Errors;
using Tollgate.Reuse;
using Tollgate.Telemetry;
using Tollgate.Telemetry.Tracing;

namespace Tollgate.Endpoints;

/// <summary>A way through the gateway. It returns the refusal to answer with, or null when the client has its answer.</summary>
internal delegate ValueTask<Refusal?> Lane(GatewayRequest request);

/// <summary>What every request has in common, whichever lane it takes: its generation, its caller, its record.</summary>
internal sealed class Gateway(ModelStore models, Drain drain, AccessLog log, GatewayMetrics metrics, RequestIds ids, Tracer tracer, Admissions admissions, LedgerDesk ledger, TimeProvider time, RequestPool pool, ILogger<Gateway> logger)
{
    internal async Task HandleAsync(HttpContext context, Operation operation, string[] methods, Lane lane)
    {
        var request = pool.Get();
        metrics.RequestStarted();
        if (drain.HasBegun) context.Response.OnStarting(static response => AskToConnectAnew((HttpResponse)response), context.Response);
        try
        {
            // :: Step 1: one generation for the whole request.
            var model = models.Current;
            request.Begin(context, model, operation, time, ids.For(context.Request.Headers, model.Config.Telemetry.RequestId));
            HeaderAttributes.Read(context.Request.Headers, model.Config.Telemetry, request.Record);
            request.Trace = tracer.Begin(request);
            if (request.Model.Config.AccessLog.Bodies) request.Captured = new System.Buffers.ArrayBufferWriter<byte>();
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
            await RunAsync(request, methods, lane).ConfigureAwait(false);
        }
        finally
        {
            // :: Last step: the record, whatever happened.
            Conclude(request);
            metrics.RequestEnded();
            request.Reset();
            pool.Return(request);
        }
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder))]
    private async ValueTask RunAsync(GatewayRequest request, string[] methods, Lane lane)
    {
        var record = request.Record;
        try
        {
            // :: Step 2: who calls, and from where?
            var doorway = request.Model.Doorway;
            var refusal = doorway?.Refuse(request);
            if (refusal is null && doorway?.AnswersPreflight(request.Context) == true) return;
            refusal ??= Refuse(request, methods) ?? await AdmitAsync(request).ConfigureAwait(false) ?? await lane(request).ConfigureAwait(false);
            if (refusal is not null) await RefuseAsync(request, refusal).ConfigureAwait(false);
        }
        catch (Exception e) when (request.Clock.ClientLeft || ClientLeftException.IsIn(e))
        {
            record.ErrorCode = "client_left";
            if (!request.Context.Response.HasStarted) record.Status = StatusCodes.Status499ClientClosedRequest;
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(request, new Refusal(GatewayErrorKinds.InvalidRequest, "the request cannot be read: " + e.Message)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.RequestFailed(logger, record.RequestId, e);
            await RefuseAsync(request, new Refusal(GatewayErrorKinds.Internal, $"the gateway failed; its log has the reason under {record.RequestId}")).ConfigureAwait(false);
        }
        finally
        {
            // :: Step before the last: what was used, and what limits get back of what was reserved.
            Settle(request);
            if (request.LimitsIfAny is { IsOpen: true }) await admissions.SettleAsync(request).ConfigureAwait(false);
        }
    }

    private static Task AskToConnectAnew(HttpResponse response)
    {
        if (response.HttpContext.Request.Protocol == HttpProtocol.Http11) response.Headers.Connection = "close";
        return Task.CompletedTask;
    }

    private static Refusal? Refuse(GatewayRequest request, string[] methods)
    {
        var http = request.Context.Request;
        if (methods.Contains(http.Method)) return null;
        var allowed = string.Join(", ", methods);
        request.Context.Response.Headers.Allow = allowed;
        return new Refusal(GatewayErrorKinds.MethodNotAllowed, $"{http.Path} takes {allowed}, not {http.Method}");
    }

    private static ValueTask<Refusal?> AdmitAsync(GatewayRequest request)
    {
        var clients = request.Model.Clients;
        if (clients.IsOpen) return new ValueTask<Refusal?>(RefuseAtOpenDoor(request));
        var identifying = clients.IdentifyAsync(request.Context);
        return identifying.IsCompletedSuccessfully ? new ValueTask<Refusal?>(Admit(request, identifying.Result)) : WaitAsync(request, identifying);

        static async ValueTask<Refusal?> WaitAsync(GatewayRequest request, ValueTask<Identified> identifying) => Admit(request, await identifying.ConfigureAwait(false));
    }

    private static Refusal? RefuseAtOpenDoor(GatewayRequest request) =>
        !request.Model.Config.AllowAnonymous && request.Model.Doorway?.IsFromPage(request.Context) != true && OpenDoor.Refuse(request.Context, request.Model.Routes) is { } reason
            ? new Refusal(GatewayErrorKinds.Forbidden, reason)
            : null;

    private static Refusal? Admit(GatewayRequest request, in Identified identified)
    {
        if (identified.Caller is not { } client) return identified.Refusal;
        request.Client = client;
        request.Record.Client = client.Name;
        request.Record.KeyId = client.KeyId;
        request.Record.Team = client.Team;
        request.Record.Organization = client.Organization;
        return null;
    }

    private static async ValueTask RefuseAsync(GatewayRequest request, Refusal refusal)
    {
        var response = request.Context.Response;
        request.Record.ErrorCode = refusal.Kind.Code;
        if (response.HasStarted)
        {
            request.Context.Abort(); // half an answer must not look whole
            return;
        }

        var allow = response.Headers.Allow;
        response.Clear();
        response.Headers.Allow = allow;
        await ErrorWriter.WriteAsync(request, refusal).ConfigureAwait(false);
    }

    private static void Settle(GatewayRequest request)
    {
        UsageSettlement.Complete(request.Record, request.Body.Span);
        CostMeter.Price(request.Record, request.Model);
        request.Model.Costs.Apply(request.Record);
    }

    private void Conclude(GatewayRequest request)
    {
        var record = request.Record;
        record.Duration = request.Elapsed;
        if (record.Status == 0) record.Status = request.Context.Response.StatusCode;
        if (record.BytesIn == 0) record.BytesIn = request.Body.Length;
        ledger.Settle(request);
        if (request.Captured is { } captured)
        {
            record.RequestBody = request.Body;
            record.ResponseBody = captured.WrittenMemory;
        }

        if (record.SkippedEvents > 0) Log.EventsSkipped(logger, record.RequestId, record.Provider ?? "", record.SkippedEvents);
        metrics.Record(record); // before its line: whoever has read that finds it counted
        if (request.Model.Config.AccessLog.Enabled) log.Write(record);
        Log.RequestEnded(logger, record.RequestId, record.Status, record.Duration.TotalMilliseconds);
        request.Trace?.End(request);
    }
}
