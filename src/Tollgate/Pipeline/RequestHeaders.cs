using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;
using Tollgate.Telemetry.Tracing;

namespace Tollgate.Pipeline;

/// <summary>The client's headers on their way to a provider.</summary>
internal static class RequestHeaders
{
    internal static void Copy(GatewayRequest request, HttpRequestMessage message, TransferPlan plan)
    {
        var headers = request.Context.Request.Headers;
        var connection = headers.Connection;
        foreach (var (name, values) in headers)
        {
            if (HeaderFilter.EndsHere(name) || HeaderFilter.IsNamedBy(connection, name) || (plan.IsTranslated && HeaderFilter.BelongsToDialect(name))) continue;
            if (values.Count == 1) Add(message, name, values[0]!);
            else foreach (var value in values) Add(message, name, value!);
        }

        if (plan.ContentType is not null) message.Content!.Headers.TryAddWithoutValidation("Content-Type", plan.ContentType);
        if (plan.IsAskedAsAnthropic || plan.Translation?.Upstream.Name == "anthropic.messages") Add(message, "anthropic-version", "2023-06-01");
        if (request.Model.Config.Telemetry.RequestId is { Send: true } id) Identify(message, id.Header, request.Record.RequestId);
        if (request.Trace is { } trace) TraceHeaders.Write(message, trace.Outgoing);
        plan.Provider.Envelope.EditHeaders(message, request);
        if (plan.Provider.Host is { } host) message.Headers.Host = host;
        Mutate(message, plan.Headers);
    }

    /// <summary>Most often the caller's own header has been copied, or there is none.</summary>
    private static void Identify(HttpRequestMessage message, string name, string id)
    {
        if (message.Headers.NonValidated.TryGetValues(name, out var sent))
        {
            if (sent.Count == 1 && sent.ToString() == id) return;
            message.Headers.Remove(name);
        }

        message.Headers.TryAddWithoutValidation(name, id);
    }

    private static void Mutate(HttpRequestMessage message, HeaderMutation mutation)
    {
        foreach (var name in mutation.Remove)
        {
            Remove(message, name);
        }

        foreach (var (name, value) in mutation.Set)
        {
            Remove(message, name);
            Add(message, name, value);
        }
    }

    // Remove throws for a name that belongs to the other collection, so each is asked first.
    private static void Remove(HttpRequestMessage message, string name)
    {
        if (message.Headers.NonValidated.Contains(name)) message.Headers.Remove(name);
        else if (message.Content?.Headers.NonValidated.Contains(name) == true) message.Content.Headers.Remove(name);
    }

    // HttpClient keeps headers of the content apart; which ones these are is its own business.
    private static void Add(HttpRequestMessage message, string name, string value)
    {
        if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content?.Headers.TryAddWithoutValidation(name, value);
    }
}
