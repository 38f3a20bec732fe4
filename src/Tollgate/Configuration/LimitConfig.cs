using System.Collections.Immutable;

namespace Tollgate.Configuration;

/// <summary>What a limit counts.</summary>
public enum LimitUnit
{
    /// <summary>Requests that were admitted.</summary>
    Requests,

    /// <summary>Input and output tokens, cached ones included.</summary>
    Tokens,

    /// <summary>Input tokens, cached ones included.</summary>
    InputTokens,

    /// <summary>Output tokens, reasoning included.</summary>
    OutputTokens,

    /// <summary>US dollars by the price list.</summary>
    Money,

    /// <summary>A cost of the operator's own, named in <see cref="LimitConfig.Cost"/>.</summary>
    Cost,
}

/// <summary>The span that a limit is over.</summary>
public enum LimitPeriod
{
    /// <summary>One second.</summary>
    Second,

    /// <summary>One minute.</summary>
    Minute,

    /// <summary>One hour.</summary>
    Hour,

    /// <summary>One day, in UTC.</summary>
    Day,

    /// <summary>One calendar month, in UTC.</summary>
    Month,
}

/// <summary>Who or what has a counter of its own under a limit.</summary>
public enum LimitSubject
{
    /// <summary>The caller's name.</summary>
    Client,

    /// <summary>The caller's key.</summary>
    Key,

    /// <summary>The caller's team.</summary>
    Team,

    /// <summary>The organisation of the caller's team.</summary>
    Organization,

    /// <summary>The model that was asked for.</summary>
    Model,

    /// <summary>The provider that is asked. Such a limit is a quota of the backend: while it is out, the next candidate is asked.</summary>
    Provider,

    /// <summary>The address that the request comes from.</summary>
    Ip,

    /// <summary>The value of a header, named in <see cref="LimitKey.Name"/>.</summary>
    Header,

    /// <summary>A claim of the caller's token, named in <see cref="LimitKey.Name"/>.</summary>
    Claim,
}

/// <summary>A part of what counters are kept by.</summary>
/// <param name="Subject">What it is.</param>
/// <param name="Name">Of a header or a claim; null for the others.</param>
public readonly record struct LimitKey(LimitSubject Subject, string? Name = null);

/// <summary>How much may be used in a span of time.</summary>
/// <param name="Name">Appears in messages, logs and metrics; unique in a configuration.</param>
public sealed record LimitConfig(string Name)
{
    /// <summary>What is counted.</summary>
    public LimitUnit Unit { get; init; }

    /// <summary>Name of the cost, for <see cref="LimitUnit.Cost"/>.</summary>
    public string? Cost { get; init; }

    /// <summary>How much, in <see cref="Unit"/>; US dollars for money.</summary>
    public required decimal Limit { get; init; }

    /// <summary>In what span.</summary>
    public LimitPeriod Per { get; init; } = LimitPeriod.Minute;

    /// <summary>True: over the span that ends now. False: over spans that begin at full seconds, minutes, hours, days and months.</summary>
    public bool Sliding { get; init; }

    /// <summary>What has a counter of its own; one counter for all when empty.</summary>
    public ImmutableArray<LimitKey> By { get; init; } = [];

    /// <summary>Which requests it is for; all when null.</summary>
    public LimitMatch? Match { get; init; }

    /// <summary>True: who exceeds it is reported, not refused.</summary>
    public bool Shadow { get; init; }

    /// <summary>True: counted together with the other gateways of the same store.</summary>
    public bool Shared { get; init; }

    /// <summary>Limits of the same pool are all charged, and a request is admitted while one of those that match has room. Null: every limit must have room.</summary>
    public string? Pool { get; init; }

    /// <summary>Where it was written.</summary>
    public SourcePlace Place { get; init; }
}

/// <summary>Which requests a limit is for: those that fit in every respect that is named.</summary>
public sealed record LimitMatch
{
    /// <summary>Model names or globs; all when empty.</summary>
    public ImmutableArray<string> Models { get; init; } = [];

    /// <summary>Names of providers; all when empty. A limit that names one is a quota of the backend.</summary>
    public ImmutableArray<string> Providers { get; init; } = [];

    /// <summary>Names of clients or globs; all when empty.</summary>
    public ImmutableArray<string> Clients { get; init; } = [];

    /// <summary>What headers must hold.</summary>
    public ImmutableArray<HeaderMatch> Headers { get; init; } = [];
}

/// <summary>What a header must hold.</summary>
/// <param name="Name">Of the header.</param>
/// <param name="Value">Its value, or a regular expression (RE2 syntax) for it.</param>
/// <param name="IsPattern">True: <paramref name="Value"/> is a regular expression that the whole value must match.</param>
/// <param name="Invert">True: fits when it does not hold that, or is not there.</param>
public sealed record HeaderMatch(string Name, string Value, bool IsPattern = false, bool Invert = false);

/// <summary>What requests reserve of limits before they are made.</summary>
/// <param name="Output">Output tokens of a request that does not say how many it wants at most.</param>
public sealed record ReserveConfig(int Output = 1024);
