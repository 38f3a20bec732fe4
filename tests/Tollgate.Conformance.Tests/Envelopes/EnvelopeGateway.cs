using System.Text.Json;
using Tollgate.Simulator;

namespace Tollgate.Conformance.Tests.Envelopes;

/// <summary>A gateway whose providers are stand-ins on a port of their own that refuse calls without a credential.</summary>
public sealed class EnvelopeGateway : IAsyncLifetime
{
    private SimulatorHost? _simulator;
    private TestGateway? _gateway;

    public Uri Address => Gateway.Host.Addresses[0];

    internal TestGateway Gateway => _gateway!;

    public async ValueTask InitializeAsync()
    {
        _simulator = await SimulatorHost.StartAsync(new SimulatorOptions { RequireKey = true }, ["127.0.0.1:0"], TimeProvider.System, CancellationToken.None);
        var url = _simulator.Addresses[0];
        _gateway = await TestGateway.StartAsync($$"""
            providers:
              openai: { kind: openai, url: "{{url}}/v1", key: sk-provider }
              azure: { kind: azure-openai, url: "{{url}}", key: azure-provider }
              claude: { kind: anthropic, url: "{{url}}/v1", key: sk-ant-provider }
              vertex: { kind: gcp-anthropic, url: "{{url}}", project: tolls, location: us-east5, token: ya29.provider }
              bedrock: { kind: aws-anthropic, url: "{{url}}", region: us-east-1, aws: { accessKeyId: AKIDEXAMPLE, secretAccessKey: SECRETEXAMPLE } }
              cohere: { kind: cohere, url: "{{url}}", key: co-provider }
            models:
              openai: [{ provider: openai, model: gpt-5 }]
              azure: [{ provider: azure, model: gpt-5-deployment }]
              claude: [{ provider: claude, model: claude-sonnet-4-5 }]
              vertex: [{ provider: vertex, model: claude-sonnet-4-5@20250929 }]
              bedrock: [{ provider: bedrock, model: "anthropic.claude-sonnet-4-5-20250929-v1:0" }]
              cohere: [{ provider: cohere, model: rerank-v3.5 }]
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _simulator!.DisposeAsync();
    }

    /// <summary>The access log's line about a provider's answer; it is written after the client has that.</summary>
    internal async Task<JsonElement> LogLineAsync(string provider, bool stream)
    {
        for (var count = 1; ; count++)
        {
            var line = await Gateway.LogLineAsync(count);
            if (line.GetProperty("provider").GetString() == provider && line.GetProperty("stream").GetBoolean() == stream && line.GetProperty("operation").GetString() is "chat" or "messages") return line;
        }
    }
}
