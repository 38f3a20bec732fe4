using Tollgate.Credentials.Aws;

namespace Tollgate.Credentials;

/// <summary>Signs with AWS Signature Version 4 for the service <c>bedrock</c>, over the bytes and the path that go on the wire.</summary>
internal sealed class SigV4Credential(AwsKeys keys, string region, TimeProvider time) : ProviderCredential
{
    internal override ValueTask ApplyAsync(HttpRequestMessage request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri!;
        var signed = SigV4.Sign(
            keys,
            request.Method.Method,
            uri.IsDefaultPort ? uri.Host : uri.Authority,
            uri.AbsolutePath,
            uri.Query.TrimStart('?'),
            "application/json",
            body.Span,
            region,
            "bedrock",
            time.GetUtcNow());
        request.Headers.TryAddWithoutValidation("Authorization", signed.Authorization);
        request.Headers.TryAddWithoutValidation("x-amz-date", signed.AmzDate);
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", signed.ContentSha256);
        if (signed.SecurityToken is not null) request.Headers.TryAddWithoutValidation("x-amz-security-token", signed.SecurityToken);
        return default;
    }
}
