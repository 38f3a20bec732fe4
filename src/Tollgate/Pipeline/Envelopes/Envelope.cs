using Microsoft.Extensions.Primitives;
using Tollgate.Catalog;
using Tollgate.Model;
using Tollgate.Protocols;
using Tollgate.Protocols.Chat;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline.Envelopes;

/// <summary>How a provider wraps a grammar that it shares with others: where the request goes, and which fields move between body, path and headers.</summary>
internal abstract class Envelope(Provider provider)
{
    /// <summary>The path and query are exactly what goes on the wire, so that what is signed is what is sent.</summary>
    private static readonly UriCreationOptions AsIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    protected Provider Provider { get; } = provider;

    /// <summary>True when the streamed answer is an AWS event stream.</summary>
    internal virtual bool IsAwsEventStream(Operation operation) => false;

    /// <summary>Where the request goes.</summary>
    /// <param name="operation">What is asked.</param>
    /// <param name="model">Name of the model as the provider knows it; empty for forwarded operations.</param>
    /// <param name="stream">True when a stream is asked for.</param>
    /// <param name="query">The client's query, with its question mark, or empty; credentials taken out.</param>
    internal abstract Uri Target(Operation operation, string model, bool stream, string query);

    /// <summary>Where a forwarded request goes: <paramref name="rest"/> is the path below the operation's own, encoded.</summary>
    internal virtual Uri ForwardTarget(Operation operation, string rest, string query) =>
        Exactly(Provider.BaseUrl + Provider.PathOf(operation) + rest + query);

    /// <summary>Where a call goes that the provider's API has beside its operations for chat.</summary>
    /// <param name="model">Name of the model as the provider knows it.</param>
    /// <param name="verb">What follows the model: <c>invoke</c>, <c>:predict</c>; where the model is not in the path, the path.</param>
    internal virtual Uri CallTarget(string model, string verb) => Exactly(Provider.BaseUrl + verb);

    /// <summary>Changes to the JSON body beyond the model's name.</summary>
    internal virtual void Edit(GatewayRequest request, Operation operation, string model)
    {
    }

    /// <summary>Changes to headers that belong to the wrapping.</summary>
    internal virtual void EditHeaders(UpstreamRequest message, GatewayRequest request)
    {
    }

    /// <summary>What of the client's headers this host is not sent.</summary>
    internal virtual IReadOnlyList<FidelityEntry> Dropped(GatewayRequest request) => [];

    /// <summary>The flags of the client's <c>anthropic-beta</c> that this host takes; what it does not take is told by <see cref="Dropped"/>.</summary>
    protected IReadOnlyList<string> Betas(GatewayRequest request, out IReadOnlyList<FidelityEntry> dropped)
    {
        dropped = [];
        if (request.Family != ApiFamily.Anthropic) return [];
        var header = request.Context.Request.Headers["anthropic-beta"];
        return StringValues.IsNullOrEmpty(header) ? [] : Provider.Betas!.Keep(header, out dropped);
    }

    /// <summary>The model's name as the body should have it; null when it does not go in the body.</summary>
    internal virtual string? BodyModel(Operation operation, string model) => model;

    internal static Envelope Create(Provider provider) => provider.Kind.Envelope switch
    {
        EnvelopeKind.Azure => new AzureEnvelope(provider),
        EnvelopeKind.VertexRaw => new VertexRawEnvelope(provider),
        EnvelopeKind.BedrockInvoke => new BedrockInvokeEnvelope(provider),
        EnvelopeKind.BedrockConverse => new BedrockConverseEnvelope(provider),
        EnvelopeKind.VertexGemini => new VertexGeminiEnvelope(provider),
        EnvelopeKind.GeminiApi => new GeminiApiEnvelope(provider),
        _ => new DirectEnvelope(provider),
    };

    protected static Uri Exactly(string url) =>
        Uri.TryCreate(url, AsIs, out var uri) ? uri : throw new InvalidOperationException("a provider's url and a path do not make a URL together");
}
