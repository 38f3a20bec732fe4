using System.Net;
using Tollgate.Configuration;

namespace Tollgate.Upstreams.Handler;

/// <summary>Through .NET's own HTTP client, which knows how proxies want to be asked.</summary>
internal sealed class HandlerTransport(TimeSpan connectTimeout, UpstreamTlsConfig? tls, Uri proxy) : UpstreamTransport
{
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        UseProxy = true,
        Proxy = new WebProxy(proxy),
        SslOptions = tls is null ? new() : UpstreamTls.Options(tls),
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8, // as Kestrel reads them
        ConnectTimeout = connectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        PooledConnectionLifetime = TimeSpan.FromMinutes(15), // follows DNS
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        MaxResponseHeadersLength = 128,
    });

    internal override async ValueTask<UpstreamResponse> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        // Not to be disposed: that would dispose the content, whose memory is the request's.
        var message = new HttpRequestMessage(request.Method, request.Target) { Content = request.Content is { } content ? new HandlerContent(content) : null };
        foreach (var (name, value) in request.Headers.All) Add(message, name, value);
        if (request.Host is { } host) message.Headers.Host = host;
        var response = await _invoker.SendAsync(message, cancellationToken).ConfigureAwait(false);
        var headers = HeaderList.Rent();
        foreach (var (name, values) in response.Headers.NonValidated) Add(headers, name, values);
        foreach (var (name, values) in response.Content.Headers.NonValidated) Add(headers, name, values);
        return new UpstreamResponse((int)response.StatusCode, headers, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override void Dispose() => _invoker.Dispose();

    // HttpClient keeps headers of the content apart; which ones these are is its own business.
    private static void Add(HttpRequestMessage message, string name, string value)
    {
        if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content?.Headers.TryAddWithoutValidation(name, value);
    }

    private static void Add(HeaderList headers, string name, System.Net.Http.Headers.HeaderStringValues values)
    {
        foreach (var value in values) headers.Add(name, value);
    }
}
