using System.Collections.Immutable;

namespace Tollgate.Configuration;

/// <summary>What becomes of a member of a request that a provider of another dialect cannot be told as it was said.</summary>
public enum FidelityMode
{
    /// <summary>It is left out or said in other words; the response's header tells of what was left out.</summary>
    Announce,

    /// <summary>The provider is not asked when the answer could differ from what was asked for.</summary>
    Strict,
}

/// <summary>What the gateway may fetch from addresses in requests, for providers that take content inline only. Nothing, unless it is allowed.</summary>
public sealed record FetchConfig
{
    /// <summary>True: pictures.</summary>
    public bool Images { get; init; }

    /// <summary>True: PDF and plain text.</summary>
    public bool Documents { get; init; }

    /// <summary>True: also from addresses that begin with <c>http://</c>.</summary>
    public bool Http { get; init; }

    /// <summary>Hosts that may be fetched from, such as <c>cdn.my.org</c> or <c>*.my.org</c>. Empty: every host of the public internet.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>Largest item, in bytes; 10 MB.</summary>
    public long MaxBytes { get; init; } = 10L * 1024 * 1024;

    /// <summary>For all items of a request together; 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
