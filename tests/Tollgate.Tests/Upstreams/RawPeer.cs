using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Tollgate.Tests.Upstreams;

/// <summary>A connection as its server sees it.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly Socket _socket;
    private readonly CancellationToken _stop;
    private byte[] _rest = [];

    public RawPeer(Socket socket, CancellationToken stop)
    {
        (_socket, _stop) = (socket, stop);
        socket.NoDelay = true;
    }

    /// <summary>Number of requests whose head has come.</summary>
    public int Requests { get; private set; }

    /// <summary>Completes when the script has ended.</summary>
    public TaskCompletionSource Finished { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Reads a head and, where it has a length, the body; null when the other side has closed.</summary>
    public async Task<(string Head, string Body)?> ReadRequestAsync()
    {
        if (await ReadHeadAsync() is not { } head) return null;
        var at = head.IndexOf("Content-Length: ", StringComparison.Ordinal);
        var length = at < 0 ? 0 : int.Parse(head.AsSpan(at + 16, head.IndexOf('\r', at) - at - 16), CultureInfo.InvariantCulture);
        while (_rest.Length < length)
        {
            if (!await MoreAsync()) return null;
        }

        var body = Encoding.Latin1.GetString(_rest, 0, length);
        _rest = _rest[length..];
        return (head, body);
    }

    public async Task<string?> ReadHeadAsync()
    {
        while (true)
        {
            var end = _rest.AsSpan().IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var head = Encoding.Latin1.GetString(_rest, 0, end + 4);
                _rest = _rest[(end + 4)..];
                Requests++;
                return head;
            }

            if (!await MoreAsync()) return null;
        }
    }

    /// <summary>Everything that still comes, until the other side closes.</summary>
    public async Task<string> ReadToEndAsync()
    {
        try
        {
            while (await MoreAsync()) continue;
        }
        catch (SocketException)
        {
            // Reset: closed as well.
        }

        return Encoding.Latin1.GetString(_rest);
    }

    public async Task WriteAsync(string text)
    {
        ReadOnlyMemory<byte> bytes = Encoding.Latin1.GetBytes(text);
        while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, _stop)..];
    }

    public Task AnswerAsync(string body, string head = "") => WriteAsync($"HTTP/1.1 200 OK\r\n{head}content-length: {body.Length}\r\n\r\n{body}");

    /// <summary>Takes a body apart that comes in chunks.</summary>
    public async Task<string> ReadChunksAsync()
    {
        var body = new StringBuilder();
        while (true)
        {
            var size = int.Parse(await ReadLineAsync(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            while (_rest.Length < size + 2) (await MoreAsync()).ShouldBeTrue();
            body.Append(Encoding.Latin1.GetString(_rest, 0, size));
            Encoding.Latin1.GetString(_rest, size, 2).ShouldBe("\r\n");
            _rest = _rest[(size + 2)..];
            if (size == 0) return body.ToString();
        }
    }

    /// <summary>Reads so many bytes and forgets them.</summary>
    public async Task<int> SkipAsync(int count)
    {
        var read = _rest.Length;
        _rest = [];
        while (read < count && await MoreAsync())
        {
            read += _rest.Length;
            _rest = [];
        }

        return read;
    }

    /// <summary>Waits until the test is over, without reading.</summary>
    public Task LeftAsync() => Task.Delay(Timeout.InfiniteTimeSpan, _stop);

    /// <summary>Says that nothing more comes, and does not read.</summary>
    public void Shutdown() => _socket.Shutdown(SocketShutdown.Send);

    public void Close()
    {
        _socket.Shutdown(SocketShutdown.Both);
        _socket.Close();
    }

    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();

    private async Task<string> ReadLineAsync()
    {
        int end;
        while ((end = _rest.AsSpan().IndexOf("\r\n"u8)) < 0) (await MoreAsync()).ShouldBeTrue();
        var line = Encoding.Latin1.GetString(_rest, 0, end);
        _rest = _rest[(end + 2)..];
        return line;
    }

    private async Task<bool> MoreAsync()
    {
        var buffer = new byte[64 * 1024];
        var read = await _socket.ReceiveAsync(buffer, _stop);
        if (read > 0) _rest = [.. _rest, .. buffer.AsSpan(0, read)];
        return read > 0;
    }
}
