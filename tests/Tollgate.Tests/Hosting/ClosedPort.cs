using System.Net;
using System.Net.Sockets;

namespace Tollgate.Tests.Hosting;

/// <summary>Ports that take no connections.</summary>
internal static class ClosedPort
{
    /// <summary>One that nobody else gets while the socket is there: it has the port, and does not listen.</summary>
    public static Socket Take(out int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    /// <summary>Waits until a listener is closed: that is soon after the word; until then a connection may still come about, or break off at once.</summary>
    public static async Task UntilRefusedAsync(Uri address)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(address.Host, address.Port, limit.Token);
            }
            catch (SocketException e)
            {
                if (e.SocketErrorCode == SocketError.ConnectionRefused) return;
            }

            await Task.Delay(10, limit.Token);
        }
    }
}
