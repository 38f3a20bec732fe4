namespace Tollgate.Upstreams;

/// <summary>A request to a provider, as it goes on the wire. It may be used again once its answer is there.</summary>
internal sealed class UpstreamRequest
{
    internal UpstreamRequest()
    {
    }

    internal UpstreamRequest(HttpMethod method, Uri target, UpstreamContent? content = null) => Begin(method, target, content);

    internal HttpMethod Method { get; private set; } = HttpMethod.Get;

    /// <summary>Where it goes; path and query exactly as they are sent.</summary>
    internal Uri Target { get; private set; } = null!;

    /// <summary>Sent as Host, and for TLS taken as the server's name; null: those of <see cref="Target"/>.</summary>
    internal string? Host { get; set; }

    /// <summary>All headers but Host and those that say how the body is framed, which are the transport's to write.</summary>
    internal HeaderList Headers { get; } = new();

    /// <summary>Null: there is none.</summary>
    internal UpstreamContent? Content { get; private set; }

    /// <summary>As new.</summary>
    internal void Begin(HttpMethod method, Uri target, UpstreamContent? content)
    {
        Clear();
        (Method, Target, Content) = (method, target, content);
    }

    /// <summary>Lets go of everything.</summary>
    internal void Clear()
    {
        Headers.Clear();
        (Target, Host, Content) = (null!, null, null);
    }
}
