using System.Collections.Immutable;

namespace Tollgate.Configuration;

/// <summary>A team of clients, or an organisation of teams. What it may not do, none of its members may.</summary>
/// <param name="Name">The operator's name for it.</param>
public sealed record GroupConfig(string Name)
{
    /// <summary>The organisation of a team. Null for organisations, and for teams without one.</summary>
    public string? Organization { get; init; }

    /// <summary>Model names, or globs of them, that its members may ask for. Empty: all.</summary>
    public ImmutableArray<string> Models { get; init; } = [];

    /// <summary>Names of the providers that may serve them. Empty: all.</summary>
    public ImmutableArray<string> Providers { get; init; } = [];

    /// <summary>Budget and limits over all members together.</summary>
    public ImmutableArray<Allowance> Allowances { get; init; } = [];

    /// <summary>Where it was written.</summary>
    public SourcePlace Place { get; init; }
}
