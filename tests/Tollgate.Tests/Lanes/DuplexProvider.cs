using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tollgate.Tests.Lanes;

/// <summary>A provider with one connection, whose bytes the test reads and writes while they come.</summary>
internal sealed class DuplexProvider : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private TcpClient? _connection;

    public DuplexProvider() => _listener.Start();

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Reads until <paramref name="mark"/> has come, and gives everything so far.</summary>
    public async Task<string> ReadToAsync(string mark)
    {
        var stream = await StreamAsync();
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains(mark, StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            read.ShouldBeGreaterThan(0, text.ToString());
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    /// <summary>Reads to the end of the connection; completes also when it is reset.</summary>
    public async Task ReadToEndAsync()
    {
        var stream = await StreamAsync();
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30)) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset.
        }
    }

    public async Task WriteAsync(string text) => await (await StreamAsync()).WriteAsync(Encoding.Latin1.GetBytes(text));

    public void Dispose()
    {
        _connection?.Dispose();
        _listener.Dispose();
    }

    private async Task<NetworkStream> StreamAsync()
    {
        _connection ??= await _listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return _connection.GetStream();
    }
}
