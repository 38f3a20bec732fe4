namespace Tollgate.Configuration;

/// <summary>When something that fails is left alone, and when it is tried again.</summary>
public sealed record HealthConfig
{
    /// <summary>False: nothing is ever left alone.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Failures in a row; 3.</summary>
    public int Failures { get; init; } = 3;

    /// <summary>Failures in the window, in percent; 50.</summary>
    public int ErrorRate { get; init; } = 50;

    /// <summary>Attempts in the window before its rate says anything; 20.</summary>
    public int MinRequests { get; init; } = 20;

    /// <summary>Length of the window; 30 s.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The first rest; 1.5 s. Each further one is longer by 60 %.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromMilliseconds(1500);

    /// <summary>The longest rest; 30 s.</summary>
    public TimeSpan MaxRest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Share of a tier's backends that may be out at once, in percent; 100. At least one may always be. Read at the top level.</summary>
    public int MaxEjected { get; init; } = 100;

    /// <summary>Active probes; null: none.</summary>
    public ProbeConfig? Probe { get; init; }
}

/// <summary>Asks a provider regularly whether it is there, apart from requests.</summary>
/// <param name="Interval">Between two probes.</param>
/// <param name="Path">Below the provider's URL, asked with GET.</param>
public sealed record ProbeConfig(TimeSpan Interval, string Path);

/// <summary>How much at once a provider is asked.</summary>
/// <param name="MaxConcurrent">Attempts at the same time; 0: any number.</param>
/// <param name="MaxQueued">Requests that may wait for a place.</param>
/// <param name="QueueTimeout">How long they may wait; 10 s when null.</param>
public sealed record FlowConfig(int MaxConcurrent = 0, int MaxQueued = 100, TimeSpan? QueueTimeout = null);

/// <summary>Another backend is asked beside one that lets itself be waited for; whoever has the first content answers.</summary>
/// <param name="After">How long the first one is waited for alone.</param>
public sealed record HedgeConfig(TimeSpan After);

/// <summary>What the client of a stream is told while a provider thinks: a heartbeat of its dialect, or a comment.</summary>
public sealed record KeepAliveConfig
{
    /// <summary>After how long a silence, and again after each as long; 15 s. Zero: never.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>True: also before the first content. The client then has its 200, and what fails later is told in the stream.</summary>
    public bool BeforeCommit { get; init; }

    internal bool IsOn => Interval > TimeSpan.Zero;
}

/// <summary>How one of several backends of a tier is picked.</summary>
/// <param name="Policy"><c>weighted</c>, <c>least-busy</c>, <c>least-latency</c>, <c>least-cost</c> or <c>hash</c>.</param>
/// <param name="Hash">For <c>hash</c>: what keeps requests together.</param>
/// <param name="Header">For <see cref="HashSource.Header"/>: its name.</param>
public sealed record BalanceConfig(string Policy = "weighted", HashSource Hash = HashSource.None, string? Header = null)
{
    /// <summary>For <c>least-cost</c>: the request whose cost is compared. Null: the usual one.</summary>
    public CostMixConfig? Mix { get; init; }
}

/// <summary>How many tokens a request is expected to use, to compare what it would cost.</summary>
/// <param name="Input">Tokens in, cached ones included.</param>
/// <param name="Output">Tokens out.</param>
/// <param name="CachedInput">Those of <paramref name="Input"/> that a cache has.</param>
public sealed record CostMixConfig(int Input = 3000, int Output = 1000, int CachedInput = 0);

/// <summary>What requests that belong together have in common.</summary>
public enum HashSource
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A header.</summary>
    Header,

    /// <summary>The client of the gateway.</summary>
    Client,

    /// <summary>The conversation.</summary>
    Session,
}

/// <summary>What a backend costs, in US dollars for a million tokens.</summary>
/// <param name="Input">Tokens in.</param>
/// <param name="Output">Tokens out.</param>
public sealed record BackendCostConfig(decimal Input, decimal Output);
