using System.Text;

namespace Tollgate.Conformance.Tests.DotNet;

/// <summary>Beneath an official client: tells when a text has come over the wire that the client itself passes over.</summary>
internal sealed class Overhearing(string text, Action heard) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var body = new StreamContent(new Body(await response.Content.ReadAsStreamAsync(cancellationToken), text, heard));
        foreach (var (name, values) in response.Content.Headers) body.Headers.TryAddWithoutValidation(name, values);
        response.Content = body;
        return response;
    }

    /// <summary>An answer's body as it is read.</summary>
    private sealed class Body(Stream stream, string text, Action heard) : Stream
    {
        private readonly StringBuilder _read = new();
        private bool _isHeard;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var length = await stream.ReadAsync(buffer, cancellationToken);
            Listen(buffer.Span[..length]);
            return length;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            var length = stream.Read(buffer, offset, count);
            Listen(buffer.AsSpan(offset, length));
            return length;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) stream.Dispose();
            base.Dispose(disposing);
        }

        private void Listen(ReadOnlySpan<byte> bytes)
        {
            _read.Append(Encoding.Latin1.GetString(bytes));
            if (_isHeard || !_read.ToString().Contains(text, StringComparison.Ordinal)) return;
            _isHeard = true;
            heard();
        }
    }
}
