using Tollgate.Pipeline;

namespace Tollgate.Routing.LoadBalancing;

/// <summary>Finds what a request has in common with those that it belongs to.</summary>
internal abstract class AffinitySource
{
    /// <summary>A number for what keeps it with others; null when it has none.</summary>
    internal abstract ulong? Of(GatewayRequest request);
}

/// <summary>A header that the client sends, such as <c>x-session-id</c>.</summary>
internal sealed class HeaderAffinity(string header) : AffinitySource
{
    internal override ulong? Of(GatewayRequest request) =>
        request.Context.Request.Headers[header].ToString() is { Length: > 0 } value ? StableHash.Of(value) : null;
}

/// <summary>The authenticated client.</summary>
internal sealed class ClientAffinity : AffinitySource
{
    internal override ulong? Of(GatewayRequest request) => request.Record.Client is { } client ? StableHash.Of(client) : null;
}
