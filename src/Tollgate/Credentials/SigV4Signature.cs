using Tollgate.Credentials.Aws;
using Tollgate.Upstreams;

namespace Tollgate.Credentials;

/// <summary>Signs with AWS Signature Version 4 for the service <c>bedrock</c>, over the bytes and the path that go on the wire.</summary>
internal static class SigV4Signature
{
    internal static void Add(UpstreamRequest request, ReadOnlySpan<byte> body, AwsKeys keys, string region, DateTimeOffset now)
    {
        var uri = request.Target;
        var signed = SigV4.Sign(
            keys,
            request.Method.Method,
            request.Host ?? (uri.IsDefaultPort ? uri.Host : uri.Authority),
            uri.AbsolutePath,
            uri.Query.TrimStart('?'),
            "application/json",
            body,
            region,
            "bedrock",
            now);
        request.Headers.Add("Authorization", signed.Authorization);
        request.Headers.Add("x-amz-date", signed.AmzDate);
        request.Headers.Add("x-amz-content-sha256", signed.ContentSha256);
        if (signed.SecurityToken is not null) request.Headers.Add("x-amz-security-token", signed.SecurityToken);
    }
}
