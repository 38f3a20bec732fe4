using System.Net;
using System.Net.Sockets;

namespace Tollgate.Pipeline.Fetching;

/// <summary>
/// Connects to hosts of the public internet only. The address that is judged is the one that is connected to: a name that means something
/// else a moment later (DNS rebinding) gains nothing.
/// </summary>
internal sealed class GuardedDialer(IOutsideNetwork network)
{
    /// <summary>Connects, or throws <see cref="NotPublicException"/> before anything is sent.</summary>
    internal async ValueTask<Stream> ConnectAsync(DnsEndPoint host, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host.Host, cancellationToken).ConfigureAwait(false);

        // One inside address among public ones is no accident.
        if (addresses.Length == 0 || !Array.TrueForAll(addresses, PublicAddress.Is)) throw new NotPublicException();
        Exception? last = null;
        foreach (var address in addresses)
        {
            try
            {
                return await network.ConnectAsync(new IPEndPoint(address, host.Port), cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                last = e;
            }
        }

        throw last!;
    }

    private async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await network.ResolveAsync(host, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // The same as for an inside address: who asks must not learn which names this network knows.
            throw new NotPublicException();
        }
    }
}

/// <summary>A host has no public address.</summary>
internal sealed class NotPublicException() : IOException("the host has no public address");
