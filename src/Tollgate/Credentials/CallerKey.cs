using Tollgate.Upstreams;

namespace Tollgate.Credentials;

/// <summary>A caller's key or token in one header.</summary>
/// <param name="carrier">The header that carries it to the gateway.</param>
/// <param name="header">The header that the provider wants.</param>
/// <param name="prefix">What stands before it there.</param>
internal sealed class CallerKey(string carrier, string header, string prefix) : CallerCredential
{
    internal override IReadOnlyList<string> Headers { get; } = [carrier];

    internal override Action<UpstreamRequest, ReadOnlyMemory<byte>> Read(UpstreamRequest message)
    {
        var value = Value(message, carrier) ?? throw new CallerCredentialException($"missing upstream credential: send it in the header {carrier}");
        return (outgoing, _) => outgoing.Headers.Add(header, prefix + value);
    }
}
