using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Lanes;

/// <summary>A client that writes its request by hand: paths that HttpClient would tidy up, and bodies that stop half-way.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };

    public static async Task<RawClient> ConnectAsync(TestGateway gateway)
    {
        var client = new RawClient();
        await client._tcp.ConnectAsync(gateway.Host.Addresses[0].Host, gateway.Host.Addresses[0].Port);
        return client;
    }

    /// <summary>Sends one request whose answer ends the connection.</summary>
    public static async Task<(int Status, string Body)> SendAsync(TestGateway gateway, string method, string target, string headers = "", string body = "")
    {
        using var client = await ConnectAsync(gateway);
        await client.WriteAsync($"{method} {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n{body}");
        return await client.ReadAsync();
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes) => await _tcp.GetStream().WriteAsync(bytes);

    public Task WriteAsync(string text) => WriteAsync(Encoding.Latin1.GetBytes(text));

    public Task ChunkAsync(ReadOnlyMemory<byte> bytes) => WriteAsync(
        (byte[])[.. Encoding.ASCII.GetBytes(bytes.Length.ToString("x", CultureInfo.InvariantCulture)), .. "\r\n"u8, .. bytes.Span, .. "\r\n"u8]);

    public Task EndAsync() => WriteAsync("0\r\n\r\n");

    /// <summary>Reads the whole answer: as long as it says, or until the gateway closes.</summary>
    public async Task<(int Status, string Body)> ReadAsync()
    {
        var answer = new MemoryStream();
        var buffer = new byte[8 * 1024];
        int read;
        while (!IsWhole(answer) && (read = await _tcp.GetStream().ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30))) > 0) answer.Write(buffer, 0, read);
        var text = Encoding.UTF8.GetString(answer.ToArray());
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        end.ShouldBeGreaterThan(0, text);
        return (int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture), text[(end + 4)..]);
    }

    private static bool IsWhole(MemoryStream answer)
    {
        const string Length = "\r\ncontent-length: ";
        var text = Encoding.Latin1.GetString(answer.GetBuffer(), 0, (int)answer.Length);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var at = text.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        if (end < 0 || at < 0 || at > end) return false;
        at += Length.Length;
        var length = int.Parse(text.AsSpan(at, text.IndexOf('\r', at) - at), CultureInfo.InvariantCulture);
        return text.Length >= end + 4 + length;
    }

    /// <summary>Resets the connection. The client's own <c>Close</c> would end it in order first.</summary>
    public void Reset() => _tcp.Client.Close(timeout: 0);

    public void Dispose() => _tcp.Dispose();
}
