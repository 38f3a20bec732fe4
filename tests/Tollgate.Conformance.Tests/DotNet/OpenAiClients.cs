using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;

namespace Tollgate.Conformance.Tests.DotNet;

/// <summary>OpenAI's .NET client as an application makes it: a base URL and a key. It does not retry, so that a failure is seen.</summary>
internal static class OpenAiClients
{
    public static OpenAIClient At(Uri gateway, string key = "any-key", HttpClient? over = null)
    {
        var options = new OpenAIClientOptions { Endpoint = new Uri(gateway, "/v1"), RetryPolicy = new ClientRetryPolicy(0) };
        if (over is not null) options.Transport = new HttpClientPipelineTransport(over);
        return new OpenAIClient(new ApiKeyCredential(key), options);
    }
}
