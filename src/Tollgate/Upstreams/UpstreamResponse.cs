namespace Tollgate.Upstreams;

/// <summary>A provider's answer: its head, and its body as it comes. Whoever has it disposes it, and looks at nothing of it afterwards.</summary>
/// <param name="status">Its status.</param>
/// <param name="headers">All its headers, from the pool.</param>
/// <param name="body">Its body. A stream that is both read and written after 101 Switching Protocols.</param>
internal sealed class UpstreamResponse(int status, HeaderList headers, Stream body) : IDisposable
{
    private HeaderList? _headers = headers;

    internal int Status { get; } = status;

    internal HeaderList Headers => _headers ?? throw new ObjectDisposedException(nameof(UpstreamResponse));

    internal Stream Body { get; } = body;

    internal bool IsSuccess => Status is >= 200 and <= 299;

    /// <summary>As the provider says it; null when it does not, or says something that is no length.</summary>
    internal long? ContentLength =>
        Headers.Find("content-length") is { } text && long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var length) ? length : null;

    /// <summary>Media type without its parameters; empty when there is none.</summary>
    internal ReadOnlySpan<char> MediaType
    {
        get
        {
            var value = Headers.Find("content-type").AsSpan();
            var end = value.IndexOf(';');
            return (end < 0 ? value : value[..end]).Trim();
        }
    }

    public void Dispose()
    {
        Body.Dispose();
        Interlocked.Exchange(ref _headers, null)?.GiveBack();
    }
}
