using System.Net.Sockets;

namespace Tollgate.Tests.Hosting;

/// <summary>A port that takes no connections any more.</summary>
internal static class ClosedPort
{
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
