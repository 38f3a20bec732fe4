using System.Net;

namespace Tollgate.Pipeline.Fetching;

/// <summary>Names and connections of the internet, as far as fetching needs them.</summary>
internal interface IOutsideNetwork
{
    /// <summary>All addresses of a host.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">It has none.</exception>
    ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);

    /// <summary>Connects to exactly this address.</summary>
    ValueTask<Stream> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken);
}
