using System.Text;
using Tollgate.Reuse;

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
    private sealed class Body(Stream stream, string text, Action heard) : AsyncStream
    {
        private readonly StringBuilder _read = new();
        private bool _isHeard;

        public override bool CanRead => true;

        public override async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default)
        {
            var length = await stream.ReadAsync(target, cancellationToken);
            _read.Append(Encoding.Latin1.GetString(target.Span[..length]));
            if (_isHeard || !_read.ToString().Contains(text, StringComparison.Ordinal)) return length;
            _isHeard = true;
            heard();
            return length;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) stream.Dispose();
            base.Dispose(disposing);
        }
    }
}
