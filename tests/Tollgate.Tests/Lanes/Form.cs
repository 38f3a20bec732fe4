using System.Text;

namespace Tollgate.Tests.Lanes;

/// <summary>Forms written by hand, so that every byte of them is known.</summary>
internal static class Form
{
    public const string Boundary = "----boundary-of-json-7f3a";

    public const string ContentType = "multipart/form-data; boundary=" + Boundary;

    /// <summary>Bytes that hold every value, and look-alikes of the boundary.</summary>
    public static byte[] File(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = (byte)(i * 31 >> 3);
        var fake = Encoding.ASCII.GetBytes("\r\n--" + Boundary + "x\r\n--" + Boundary[..^1]);
        fake.AsSpan(0, Math.Min(fake.Length, length)).CopyTo(bytes);
        return bytes;
    }

    public static byte[] FilePart(byte[] file) =>
        [.. Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a b.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\n"), .. file, .. "\r\n"u8];

    public static byte[] Field(string name, string value) =>
        Encoding.UTF8.GetBytes($"--{Boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");

    public static byte[] End { get; } = Encoding.ASCII.GetBytes($"--{Boundary}--\r\n");

    public static HttpRequestMessage Post(string path, byte[] body, bool chunked)
    {
        var content = chunked ? (HttpContent)new StreamContent(new UnknownLength(body)) : new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("content-type", ContentType);
        return new HttpRequestMessage(HttpMethod.Post, path) { Content = content, Headers = { TransferEncodingChunked = chunked } };
    }

    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
