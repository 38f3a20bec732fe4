using Tollgate.Credentials.Aws;
using Tollgate.Upstreams;

namespace Tollgate.Credentials;

/// <summary>What an identity service gives, and until when it is good.</summary>
/// <param name="expires">Null: it does not say; it is asked again every minute, because files and profiles are changed in place.</param>
public abstract class Identity(DateTimeOffset? expires)
{
    /// <summary>From then on no provider takes it.</summary>
    public DateTimeOffset? Expires { get; } = expires;

    /// <summary>Adds it to a request that is otherwise final.</summary>
    internal abstract void Apply(UpstreamRequest request, ReadOnlySpan<byte> body, string? region, DateTimeOffset now);
}

/// <summary>A token that is sent as <c>Authorization: Bearer</c> (RFC 6750).</summary>
/// <param name="token">The token alone.</param>
/// <param name="expires">When it ends.</param>
public sealed class BearerIdentity(string token, DateTimeOffset? expires) : Identity(expires)
{
    // The header's text is made once for each token, not for each request.
    private readonly string _header = "Bearer " + token;

    internal override void Apply(UpstreamRequest request, ReadOnlySpan<byte> body, string? region, DateTimeOffset now) =>
        request.Headers.Add("Authorization", _header);
}

/// <summary>AWS keys that requests are signed with (Signature Version 4).</summary>
/// <param name="accessKeyId">The key's id, which is no secret.</param>
/// <param name="secretAccessKey">The key.</param>
/// <param name="sessionToken">Its session token, when it is temporary.</param>
/// <param name="expires">When it ends.</param>
public sealed class AwsIdentity(string accessKeyId, string secretAccessKey, string? sessionToken, DateTimeOffset? expires) : Identity(expires)
{
    private readonly AwsKeys _keys = new(accessKeyId, secretAccessKey, sessionToken);

    internal override void Apply(UpstreamRequest request, ReadOnlySpan<byte> body, string? region, DateTimeOffset now) =>
        SigV4Signature.Add(request, body, _keys, region!, now);
}
