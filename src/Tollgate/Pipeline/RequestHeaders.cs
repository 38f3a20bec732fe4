using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;

namespace Tollgate.Pipeline;

/// <summary>The client's headers on their way to a provider.</summary>
internal static class RequestHeaders
{
    internal static void Copy(GatewayRequest request, HttpRequestMessage message, TransferPlan plan)
    {
        foreach (var (name, values) in request.Context.Request.Headers)
        {
            if (HeaderFilter.EndsHere(name) || (plan.Translation is not null && HeaderFilter.BelongsToDialect(name))) continue;
            if (values.Count == 1) Add(message, name, values[0]!);
            else foreach (var value in values) Add(message, name, value!);
        }

        if (plan.ContentType is not null) message.Content!.Headers.TryAddWithoutValidation("Content-Type", plan.ContentType);
        if (plan.Translation?.Upstream.Name == "anthropic.messages") Add(message, "anthropic-version", "2023-06-01");
        plan.Provider.Envelope.EditHeaders(message, request);
        Mutate(message, plan.Provider.Config.Headers);
    }

    private static void Mutate(HttpRequestMessage message, HeaderMutation mutation)
    {
        foreach (var name in mutation.Remove)
        {
            message.Headers.Remove(name);
        }

        foreach (var (name, value) in mutation.Set)
        {
            message.Headers.Remove(name);
            Add(message, name, value);
        }
    }

    // HttpClient keeps headers of the content apart; which ones these are is its own business.
    private static void Add(HttpRequestMessage message, string name, string value)
    {
        if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content?.Headers.TryAddWithoutValidation(name, value);
    }
}
