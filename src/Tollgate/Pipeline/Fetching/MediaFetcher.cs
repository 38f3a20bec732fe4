using System.Buffers;
using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;
using Tollgate.Protocols.Chat;

namespace Tollgate.Pipeline.Fetching;

/// <summary>
/// Fetches pictures and documents that requests refer to:
/// <code>
///   address ── judged ──► host ── resolved, judged, connected ──► answer ── bounded, looked into ──► inline source
///      ▲────────────── redirect: judged anew, at most 3 ──────────────┘
/// </code>
/// No proxy, cookies, credentials or decompression; a request of its own for each item, so that nothing of the client's goes out.
/// </summary>
internal sealed class MediaFetcher : IDisposable
{
    private const int MostAtOnce = 16;
    private const int MostRedirects = 3;
    private const int ReadSize = 16 * 1024;

    private readonly SemaphoreSlim _slots = new(MostAtOnce);
    private readonly HttpMessageInvoker _invoker;

    internal MediaFetcher(IOutsideNetwork network)
    {
        var dialer = new GuardedDialer(network);
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1), // a name is judged anew at least this often
            MaxResponseHeadersLength = 32,
            ConnectCallback = (context, cancellationToken) => dialer.ConnectAsync(context.DnsEndPoint, cancellationToken),
        });
    }

    public void Dispose()
    {
        _invoker.Dispose();
        _slots.Dispose();
    }

    /// <summary>Fetches one item. Never throws but for a cancellation of <paramref name="cancellationToken"/>.</summary>
    internal async Task<FetchedMedia> FetchAsync(string address, bool isDocument, FetchConfig rules, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await FollowAsync(address, isDocument, rules, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NotPublicException || e.InnerException is NotPublicException)
        {
            return FetchedMedia.Failed("has a host without a public address");
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            return FetchedMedia.Failed("has a host whose certificate is not valid");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return FetchedMedia.Failed("cannot be reached");
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<FetchedMedia> FollowAsync(string address, bool isDocument, FetchConfig rules, CancellationToken cancellationToken)
    {
        for (var hop = 0; hop <= MostRedirects; hop++)
        {
            var (uri, complaint) = FetchAddress.Judge(address, rules);
            if (uri is null) return FetchedMedia.Failed(hop == 0 ? complaint! : "redirects to an address that " + complaint);
            using var message = new HttpRequestMessage(HttpMethod.Get, uri);
            message.Headers.TryAddWithoutValidation("User-Agent", "Tollgate");
            message.Headers.TryAddWithoutValidation("Accept", isDocument ? "application/pdf, text/plain, text/markdown, text/csv" : "image/*");
            using var response = await _invoker.SendAsync(message, cancellationToken).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308)) return await ReadAsync(response, isDocument, rules, cancellationToken).ConfigureAwait(false);
            if (!response.Headers.NonValidated.TryGetValues("Location", out var location) || !Uri.TryCreate(uri, location.ToString(), out var next)) return FetchedMedia.Failed("redirects to nowhere");
            if (uri.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps) return FetchedMedia.Failed("redirects to an address without TLS");
            address = next.AbsoluteUri;
        }

        return FetchedMedia.Failed($"redirects more than {MostRedirects} times");
    }

    private static async Task<FetchedMedia> ReadAsync(HttpResponseMessage response, bool isDocument, FetchConfig rules, CancellationToken cancellationToken)
    {
        if ((int)response.StatusCode != StatusCodes.Status200OK) return FetchedMedia.Failed($"is answered with status {(int)response.StatusCode}");
        if (response.Content.Headers.NonValidated.Contains("Content-Encoding")) return FetchedMedia.Failed("is answered compressed, which was not asked for");
        if (response.Content.Headers.ContentLength > rules.MaxBytes) return TooLarge(rules);
        var bytes = new ArrayBufferWriter<byte>(ReadSize);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            while (true)
            {
                var read = await stream.ReadAsync(bytes.GetMemory(ReadSize), cancellationToken).ConfigureAwait(false);
                if (read == 0) break;
                bytes.Advance(read);
                if (bytes.WrittenCount > rules.MaxBytes) return TooLarge(rules);
            }
        }

        var type = isDocument
            ? MediaSignature.OfDocument(bytes.WrittenSpan, MediaTypeOf(response))
            : MediaSignature.OfImage(bytes.WrittenSpan);
        return type is not null
            ? new FetchedMedia(new InlineSource(type, Convert.ToBase64String(bytes.WrittenSpan)), null)
            : FetchedMedia.Failed(isDocument ? "is answered with something that is neither PDF nor plain text" : "is answered with something that is no PNG, JPEG, GIF, WebP or HEIC image");
    }

    private static string MediaTypeOf(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString().Split(';')[0].Trim().ToLowerInvariant() : "";

    private static FetchedMedia TooLarge(FetchConfig rules) => FetchedMedia.Failed($"is answered with more than {rules.MaxBytes} bytes (fetch.maxBytes)");
}

/// <summary>What came of a fetch.</summary>
/// <param name="Source">The content; null when it failed.</param>
/// <param name="Complaint">Why it failed, in words that follow "the address".</param>
internal readonly record struct FetchedMedia(InlineSource? Source, string? Complaint)
{
    internal static FetchedMedia Failed(string complaint) => new(null, complaint);
}
