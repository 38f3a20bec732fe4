using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Tollgate.Upstreams.Http1;

/// <summary>Writes the head of a request (RFC 9112, 3 and 5). Its first lines are the same for most requests of a connection, so they are kept.</summary>
internal sealed class RequestWriter
{
    private const string Token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(Token);
    private static readonly SearchValues<byte> Breaks = SearchValues.Create("\r\n\0"u8);

    private Uri? _target;
    private HttpMethod? _method;
    private string? _host;
    private byte[] _first = [];

    /// <summary>Writes the head, from the blank line of which on the body follows.</summary>
    /// <param name="request">The request.</param>
    /// <param name="buffer">Rented; taken for a larger one where it is too small.</param>
    /// <returns>Its length.</returns>
    internal int Write(UpstreamRequest request, ref byte[] buffer)
    {
        if (!ReferenceEquals(request.Target, _target) || !ReferenceEquals(request.Method, _method) || request.Host != _host) Keep(request);
        var at = 0;
        Append(ref buffer, ref at, _first);
        foreach (var (name, value) in request.Headers.All) WriteHeader(ref buffer, ref at, name, value);
        WriteFraming(request, ref buffer, ref at);
        Append(ref buffer, ref at, "\r\n"u8);
        return at;
    }

    private void Keep(UpstreamRequest request)
    {
        (_target, _method, _host) = (request.Target, request.Method, request.Host);
        var host = _host ?? (_target.IsDefaultPort ? Bracketed(_target) : $"{Bracketed(_target)}:{_target.Port}");
        _first = [.. Encoding.ASCII.GetBytes(_method.Method + " "), .. Visible(_target.PathAndQuery), .. " HTTP/1.1\r\nHost: "u8, .. Unbroken(host), .. "\r\n"u8];
    }

    private static byte[] Unbroken(string host)
    {
        var bytes = Encoding.UTF8.GetBytes(host);
        Unbreak(bytes);
        return bytes;
    }

    private static string Bracketed(Uri target) => target.HostNameType == UriHostNameType.IPv6 ? target.Host : target.IdnHost;

    /// <summary>Blanks, line breaks and what is no ASCII, percent-encoded: nothing in an address may end the line that it stands in.</summary>
    private static byte[] Visible(string pathAndQuery)
    {
        var bytes = Encoding.UTF8.GetBytes(pathAndQuery);
        if (!bytes.AsSpan().ContainsAnyExceptInRange((byte)'!', (byte)'~')) return bytes;
        var encoded = new StringBuilder();
        foreach (var one in bytes) _ = one is >= (byte)'!' and <= (byte)'~' ? encoded.Append((char)one) : encoded.Append('%').Append(one.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        return Encoding.ASCII.GetBytes(encoded.ToString());
    }

    private static void WriteHeader(ref byte[] buffer, ref int at, string name, string value)
    {
        if (IsOwn(name) || name.Length == 0 || name.AsSpan().ContainsAnyExcept(TokenCharacters)) return;
        Reserve(ref buffer, at, name.Length + (value.Length * 3) + 4);
        at += Encoding.ASCII.GetBytes(name, buffer.AsSpan(at));
        buffer[at++] = (byte)':';
        buffer[at++] = (byte)' ';
        var length = Encoding.UTF8.GetBytes(value, buffer.AsSpan(at)); // as Kestrel reads them
        Unbreak(buffer.AsSpan(at, length));
        at += length;
        buffer[at++] = (byte)'\r';
        buffer[at++] = (byte)'\n';
    }

    /// <summary>A line break in a value becomes a blank (RFC 9110, 5.5), so that no value can be a header of its own.</summary>
    private static void Unbreak(Span<byte> value)
    {
        for (var i = value.IndexOfAny(Breaks); i >= 0; i = value.IndexOfAny(Breaks)) value[i] = (byte)' ';
    }

    private static bool IsOwn(string name) => name.Length switch
    {
        4 => name.Equals("host", StringComparison.OrdinalIgnoreCase),
        14 => name.Equals("content-length", StringComparison.OrdinalIgnoreCase),
        17 => name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private static void WriteFraming(UpstreamRequest request, ref byte[] buffer, ref int at)
    {
        if (request.Content is null && request.Method != HttpMethod.Post && request.Method != HttpMethod.Put && request.Method != HttpMethod.Patch) return;
        if (request.Content is { Length: null })
        {
            Append(ref buffer, ref at, "Transfer-Encoding: chunked\r\n"u8);
            return;
        }

        Append(ref buffer, ref at, "Content-Length: "u8);
        Reserve(ref buffer, at, 24);
        Utf8Formatter.TryFormat(request.Content?.Length ?? 0, buffer.AsSpan(at), out var written);
        at += written;
        Append(ref buffer, ref at, "\r\n"u8);
    }

    private static void Append(ref byte[] buffer, ref int at, ReadOnlySpan<byte> bytes)
    {
        Reserve(ref buffer, at, bytes.Length);
        bytes.CopyTo(buffer.AsSpan(at));
        at += bytes.Length;
    }

    private static void Reserve(ref byte[] buffer, int at, int more)
    {
        if (buffer.Length - at >= more) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, at + more));
        buffer.AsSpan(0, at).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
