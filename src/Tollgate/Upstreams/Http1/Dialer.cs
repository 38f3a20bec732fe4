using Tollgate.Catalog;

namespace Tollgate.Upstreams.Http1;

/// <summary>Which connections can be used for one another's requests.</summary>
/// <param name="Host">Where to connect: a name or an address, as it is looked up.</param>
/// <param name="Port">The port.</param>
/// <param name="ServerName">Name that is sent in the handshake and must be in the certificate; null: no TLS.</param>
internal readonly record struct Destination(string Host, int Port, string? ServerName);

/// <summary>Opens connections.</summary>
internal abstract class Dialer
{
    /// <exception cref="HttpRequestException">There is none.</exception>
    /// <exception cref="OperationCanceledException">It took too long, or was cancelled.</exception>
    internal abstract ValueTask<Wire> ConnectAsync(Destination to, CancellationToken cancellationToken);
}

/// <summary>To a provider in this process.</summary>
internal sealed class InMemoryDialer(IInProcessProvider provider, TimeSpan timeout) : Dialer
{
    internal override async ValueTask<Wire> ConnectAsync(Destination to, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        return new StreamWire(await provider.ConnectAsync(limit.Token).ConfigureAwait(false), null);
    }
}
