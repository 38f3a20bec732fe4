using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Tollgate.Tests.Hosting;

/// <summary>One request as it came over the wire, and the means to answer it in any way, right or wrong.</summary>
internal sealed class ProviderCall(NetworkStream stream, Socket socket)
{
    public required string Method { get; init; }

    /// <summary>Path and query exactly as sent.</summary>
    public required string Target { get; init; }

    public required Dictionary<string, string> Headers { get; init; }

    public required byte[] Body { get; init; }

    public string Text => Encoding.UTF8.GetString(Body);

    public CancellationToken Left { get; init; }

    public bool IsChunked { get; private set; }

    /// <summary>Sends a whole answer with a content length.</summary>
    public async Task AnswerAsync(int status, string contentType, ReadOnlyMemory<byte> body, params (string Name, string Value)[] headers)
    {
        await WriteAsync(Head(status, contentType, headers, $"content-length: {body.Length.ToString(CultureInfo.InvariantCulture)}"));
        await WriteAsync(body);
    }

    public Task AnswerAsync(int status, string body, params (string Name, string Value)[] headers) =>
        AnswerAsync(status, "application/json", Encoding.UTF8.GetBytes(body), headers);

    /// <summary>Sends the head of a chunked answer.</summary>
    public Task BeginAsync(int status, string contentType, params (string Name, string Value)[] headers)
    {
        IsChunked = true;
        return WriteAsync(Head(status, contentType, headers, "transfer-encoding: chunked"));
    }

    /// <summary>Sends one chunk.</summary>
    public Task ChunkAsync(ReadOnlyMemory<byte> bytes) => WriteAsync(
        (byte[])[.. Encoding.ASCII.GetBytes(bytes.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), .. bytes.Span, .. "\r\n"u8]);

    public Task ChunkAsync(string text) => ChunkAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends the last chunk.</summary>
    public Task EndAsync() => WriteAsync("0\r\n\r\n"u8.ToArray());

    /// <summary>A whole stream in pieces of <paramref name="size"/> bytes.</summary>
    public async Task StreamAsync(ReadOnlyMemory<byte> body, int size, string contentType = "text/event-stream", params (string Name, string Value)[] headers)
    {
        await BeginAsync(200, contentType, headers);
        for (var at = 0; at < body.Length; at += size) await ChunkAsync(body.Slice(at, Math.Min(size, body.Length - at)));
        await EndAsync();
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await stream.WriteAsync(bytes);
        await stream.FlushAsync();
    }

    /// <summary>Ends when the gateway has closed the connection. For scripts that never finish their answer.</summary>
    public async Task ClosedAsync()
    {
        try
        {
            while (await stream.ReadAsync(new byte[1], Left) > 0) continue;
        }
        catch (IOException)
        {
            // Reset: closed as well.
        }
    }

    /// <summary>Ends the connection in order, in the middle of an answer or behind one that has no length.</summary>
    public void Close()
    {
        socket.Shutdown(SocketShutdown.Both);
        socket.Close();
    }

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    private static byte[] Head(int status, string contentType, (string Name, string Value)[] headers, string framing)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Status\r\ncontent-type: {contentType}\r\n{framing}\r\n");
        foreach (var (name, value) in headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
    }
}
