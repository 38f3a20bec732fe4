using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;
using Tollgate.Telemetry.Tracing;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline;

/// <summary>The client's headers on their way to a provider.</summary>
internal static class RequestHeaders
{
    internal static void Copy(GatewayRequest request, UpstreamRequest message, TransferPlan plan)
    {
        var headers = request.Context.Request.Headers;
        var connection = headers.Connection;
        foreach (var (name, values) in headers)
        {
            if (HeaderFilter.EndsHere(name) || (connection.Count > 0 && HeaderFilter.IsNamedBy(connection, name)) || (plan.IsTranslated && HeaderFilter.BelongsToDialect(name))) continue;
            if (values.Count == 1) message.Headers.Add(name, values[0]!);
            else foreach (var value in values) message.Headers.Add(name, value!);
        }

        if (plan.ContentType is not null) message.Headers.Add("Content-Type", plan.ContentType);
        if (plan.IsAskedAsAnthropic || plan.Translation?.Upstream.Name == "anthropic.messages") message.Headers.Add("anthropic-version", "2023-06-01");
        if (request.Model.Config.Telemetry.RequestId is { Send: true } id) Identify(message.Headers, id.Header, request.Record.RequestId);
        if (request.Trace is { } trace) TraceHeaders.Write(message, trace.Outgoing);
        else if (request.Record.Unrecorded is { } context) TraceHeaders.Write(message, context);
        plan.Provider.Envelope.EditHeaders(message, request);
        if (plan.Provider.Host is { } host) message.Host = host;
        Mutate(message, plan.Headers);
    }

    /// <summary>Most often the caller's own header has been copied, or there is none.</summary>
    private static void Identify(HeaderList headers, string name, string id)
    {
        if (headers.Find(name) != id) headers.Set(name, id);
    }

    private static void Mutate(UpstreamRequest message, HeaderMutation mutation)
    {
        foreach (var name in mutation.Remove) message.Headers.Remove(name);
        foreach (var (name, value) in mutation.Set)
        {
            if (name.Equals("host", StringComparison.OrdinalIgnoreCase)) message.Host = value;
            else message.Headers.Set(name, value);
        }
    }
}
