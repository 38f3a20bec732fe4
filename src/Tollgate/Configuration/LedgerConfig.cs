namespace Tollgate.Configuration;

/// <summary>Where usage is kept for good. A change takes effect with the next start.</summary>
public sealed record LedgerConfig
{
    /// <summary>Says that there is none.</summary>
    public const string Off = "off";

    /// <summary><see cref="Off"/>, or the kind of store: <c>sqlite</c>, <c>postgres</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The file of <c>sqlite</c>, absolute; null: in the state directory.</summary>
    public string? Path { get; init; }

    /// <summary>The address of <c>postgres</c>, which may hold a password.</summary>
    public Secret? Url { get; init; }

    /// <summary>What a line survives.</summary>
    public LedgerDurability Durability { get; init; }

    /// <summary>Older lines become sums for each day. Null: never.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Requests that may be under way or wait to be written; further ones wait.</summary>
    public int Queue { get; init; } = 16_384;

    /// <summary>How long a request waits for a place before it is refused.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>True when there is one.</summary>
    public bool IsOn => Kind != Off;
}

/// <summary>What a line of the ledger survives.</summary>
public enum LedgerDurability
{
    /// <summary>The end of the process at any moment. A failure of the machine may lose the last second.</summary>
    Relaxed,

    /// <summary>A failure of the machine, too: no client is told a request's id before it is on disk.</summary>
    Strict,
}
