using Tollgate.Credentials.Aws;
using Tollgate.Upstreams;

namespace Tollgate.Credentials;

/// <summary>Signs with AWS keys that stand in the configuration.</summary>
internal sealed class SigV4Credential(AwsKeys keys, string region, TimeProvider time) : ProviderCredential
{
    internal override ValueTask ApplyAsync(UpstreamRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        SigV4Signature.Add(request, body.Span, keys, region, time.GetUtcNow());
        return default;
    }
}
