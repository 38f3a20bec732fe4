using Tollgate.Credentials.Aws;
using Tollgate.Upstreams;

namespace Tollgate.Credentials;

/// <summary>A caller's AWS keys in headers with a common beginning: <c>access-key-id</c>, <c>secret-access-key</c>, <c>session-token</c>.</summary>
/// <param name="prefix">How the headers begin.</param>
/// <param name="region">Region to sign for.</param>
/// <param name="time">The clock.</param>
internal sealed class CallerAwsKeys(string prefix, string region, TimeProvider time) : CallerCredential
{
    private readonly string _id = prefix + "access-key-id";
    private readonly string _secret = prefix + "secret-access-key";
    private readonly string _token = prefix + "session-token";

    internal override IReadOnlyList<string> Headers { get; } = [prefix + "access-key-id", prefix + "secret-access-key", prefix + "session-token"];

    internal override Action<UpstreamRequest, ReadOnlyMemory<byte>> Read(UpstreamRequest message)
    {
        var (id, secret) = (Value(message, _id), Value(message, _secret));
        if (id is null || secret is null) throw new CallerCredentialException($"missing upstream credential: send both {_id} and {_secret}");

        var keys = new AwsKeys(id, secret, Value(message, _token));
        return (outgoing, body) => SigV4Signature.Add(outgoing, body.Span, keys, region, time.GetUtcNow());
    }
}
