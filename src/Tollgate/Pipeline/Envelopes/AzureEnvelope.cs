using Tollgate.Model;
using Tollgate.Protocols;

namespace Tollgate.Pipeline.Envelopes;

/// <summary>Azure OpenAI: the deployment in the path, <c>api-version</c> in the query. Source: Azure OpenAI REST reference.</summary>
internal sealed class AzureEnvelope(Provider provider) : Envelope(provider)
{
    private readonly string _version = "api-version=" + Uri.EscapeDataString(provider.Config.ApiVersion ?? provider.Kind.ApiVersion ?? "2024-10-21");

    internal override Uri Target(Operation operation, string model, bool stream, string query)
    {
        var path = ByDeployment(operation) ? $"/openai/deployments/{ModelPath.Segment(model)}{operation.Path}" : "/openai" + operation.Path;
        return Exactly(Provider.BaseUrl + path + WithVersion(query));
    }

    internal override Uri ForwardTarget(Operation operation, string rest, string query) =>
        Exactly(Provider.BaseUrl + "/openai" + operation.Path + rest + WithVersion(query));

    // The responses API, like everything that is not about one deployment, names the model in the body.
    private static bool ByDeployment(Operation operation) =>
        operation != Operations.Responses && operation != Operations.ResponsesInputTokens && operation.Body != BodyKind.Opaque;

    /// <summary>The operator's version, and of the client's query everything but its own.</summary>
    private string WithVersion(string query)
    {
        if (query.Length <= 1) return "?" + _version;
        var others = query[1..].Split('&').Where(p => !p.StartsWith("api-version=", StringComparison.OrdinalIgnoreCase));
        return "?" + string.Join('&', others.Append(_version));
    }
}
