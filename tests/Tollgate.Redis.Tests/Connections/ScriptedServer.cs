using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tollgate.Redis.Tests.Connections;

/// <summary>A peer that says what the test wants, to show what becomes of servers that do not behave.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    /// <summary>Answers each thing that arrives with what <paramref name="answer"/> makes of it; null closes the connection.</summary>
    internal ScriptedServer(Func<string, string?> answer)
    {
        _listener.Start();
        _run = AcceptAsync(answer);
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run; // it may be about to accept the next one: that needs a listener
        _listener.Stop();
    }

    private async Task AcceptAsync(Func<string, string?> answer)
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Connections++;
                serving.Add(ServeAsync(client, answer));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client, Func<string, string?> answer)
    {
        using (client)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await client.GetStream().ReadAsync(buffer, _stop.Token) is var count and > 0)
                {
                    if (answer(Encoding.UTF8.GetString(buffer, 0, count)) is not { } reply) return;
                    await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(reply), _stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The test or the client is done with it.
            }
        }
    }
}
