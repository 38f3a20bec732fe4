using System.Net;
using System.Net.Http.Headers;

namespace Tollgate.Cli;

/// <summary>Asks a running gateway's admin port: straight, without proxies or redirects.</summary>
internal sealed class AdminClient(Uri address) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = Patience });

    internal Uri Address { get; } = address;

    /// <summary>Sent as a bearer token when it is not null.</summary>
    internal string? Token { get; init; }

    /// <summary>The body of an answer in 200.</summary>
    /// <exception cref="HttpRequestException">The gateway cannot be reached in 10 s, or answers with another status.</exception>
    internal async Task<byte[]> GetAsync(string path, CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, cancellation);
        if (answer.StatusCode != HttpStatusCode.OK) throw new HttpRequestException($"{path} answered {(int)answer.StatusCode}.", null, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync(cancellation);
    }

    /// <summary>Any answer, whole.</summary>
    /// <exception cref="HttpRequestException">The gateway cannot be reached in 10 s.</exception>
    internal async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        using var request = new HttpRequestMessage(method, new Uri(Address, path)) { Content = body };
        if (Token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        try
        {
            var answer = await _invoker.SendAsync(request, either.Token);
            await answer.Content.LoadIntoBufferAsync(either.Token);
            return answer;
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"It did not answer in {Patience.TotalSeconds:0} s.", e);
        }
    }

    public void Dispose() => _invoker.Dispose();
}
