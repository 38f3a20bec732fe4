using Google.Apis.Http;

namespace Tollgate.Cloud.Gcp;

/// <summary>Carries the SDK's calls over the handler that the options name.</summary>
internal sealed class IdentityHttpClients(CloudOptions options) : HttpClientFactory
{
    protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => options.Handler?.Invoke() ?? base.CreateHandler(args);
}
