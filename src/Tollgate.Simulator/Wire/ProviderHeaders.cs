using Microsoft.AspNetCore.Http;

namespace Tollgate.Simulator.Wire;

/// <summary>Headers that a provider sends with every answer, errors too.</summary>
internal static class ProviderHeaders
{
    public static void Write(Call call)
    {
        var headers = call.Context.Response.Headers;
        switch (call.Errors)
        {
            case ErrorShape.Anthropic:
                headers["request-id"] = call.RequestId;
                headers["anthropic-organization-id"] = "org-simulator";
                headers["anthropic-ratelimit-requests-limit"] = "10000";
                headers["anthropic-ratelimit-requests-remaining"] = "9999";
                break;
            case ErrorShape.Aws:
                headers["x-amzn-requestid"] = call.Simulator.Ids.Uuid().ToString();
                break;
            case ErrorShape.Azure:
                headers["apim-request-id"] = call.Simulator.Ids.Uuid().ToString();
                headers["x-ms-region"] = "Simulated";
                headers["x-ratelimit-limit-requests"] = "10000";
                headers["x-ratelimit-remaining-requests"] = "9999";
                break;
            case ErrorShape.OpenAI:
                headers["x-request-id"] = call.RequestId;
                headers["openai-version"] = "2020-10-01";
                headers["openai-organization"] = "org-simulator";
                headers["x-ratelimit-limit-requests"] = "10000";
                headers["x-ratelimit-remaining-requests"] = "9999";
                break;
        }
    }
}
