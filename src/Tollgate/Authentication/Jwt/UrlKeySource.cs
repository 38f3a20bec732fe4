using System.Text;

namespace Tollgate.Authentication.Jwt;

/// <summary>A key set at an address. Redirects are not followed: whoever could send one could send other keys.</summary>
internal sealed class UrlKeySource(Uri url, HttpMessageInvoker transport) : KeySource
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal override string Name => url.GetLeftPart(UriPartial.Path);

    internal override TimeSpan Interval => TimeSpan.FromMinutes(5);

    internal override TimeSpan Pause => TimeSpan.FromSeconds(10);

    internal override async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("accept", "application/jwk-set+json, application/json");
        try
        {
            using var response = await transport.SendAsync(request, limit.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw new IOException($"it answers {(int)response.StatusCode}");
            return await TextAsync(response, limit.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new IOException(e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"it does not answer in {Patience.TotalSeconds:0} s", e);
        }
    }

    private static async Task<string> TextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var read = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int count;
            while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (read.Length + count > Largest) throw new IOException($"the key set is larger than {Largest} bytes");
                read.Write(buffer, 0, count);
            }

            return Encoding.UTF8.GetString(read.GetBuffer(), 0, (int)read.Length);
        }
    }
}
