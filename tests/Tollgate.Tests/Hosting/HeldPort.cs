using System.Net;
using System.Net.Sockets;

namespace Tollgate.Tests.Hosting;

/// <summary>
/// A port of loopback that stays this test's own: bound and never listened on. Who calls it is refused until a server listens there, and the server
/// may come, go and come back; but the system gives the port to nobody else meanwhile, such as a test in another process.
/// </summary>
internal sealed class HeldPort : IDisposable
{
    // A node of a cluster listens here, too, so far above its own port.
    private const int ClusterBus = 10_000;
    private const int Highest = 65_535;

    private readonly Socket[] _sockets;

    private HeldPort(params Socket[] sockets) => _sockets = sockets;

    internal int Number => ((IPEndPoint)_sockets[0].LocalEndPoint!).Port;

    internal static HeldPort Take() => new(Bind(0));

    /// <summary>One for a node of a cluster of Redis, with the port of its bus.</summary>
    internal static HeldPort TakeForNode()
    {
        var unfit = new List<HeldPort>();
        try
        {
            while (true)
            {
                var port = Take();
                try
                {
                    if (port.Number + ClusterBus <= Highest) return new HeldPort(port._sockets[0], Bind(port.Number + ClusterBus));
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
                {
                    // The bus would not have room: another one.
                }

                unfit.Add(port); // held until there is a fit one, so that it does not come again
            }
        }
        finally
        {
            foreach (var port in unfit) port.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
    }

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
