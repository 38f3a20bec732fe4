using System.Collections.Immutable;
using Tollgate.Configuration;

namespace Tollgate.Keys;

/// <summary>A key that was made at run time. The key itself is not kept.</summary>
internal sealed record KeyRecord
{
    /// <summary>Safe to log.</summary>
    internal required string Id { get; init; }

    /// <summary>Of the caller, in logs and metrics.</summary>
    internal required string Name { get; init; }

    /// <summary>SHA-256 of the key, 32 bytes.</summary>
    internal required ImmutableArray<byte> Sha256 { get; init; }

    /// <summary>Beginning and end of the key, by which people know it again.</summary>
    internal required string Hint { get; init; }

    internal string? Team { get; init; }

    internal ImmutableArray<string> Models { get; init; } = [];

    internal ImmutableArray<string> Providers { get; init; } = [];

    internal ImmutableArray<Allowance> Allowances { get; init; } = [];

    internal DateTimeOffset? Expires { get; init; }

    internal bool Disabled { get; init; }

    internal required DateTimeOffset Created { get; init; }

    /// <summary>Name of the administrator.</summary>
    internal required string CreatedBy { get; init; }

    /// <summary>The key before the last rotation, while it is still taken; null: none.</summary>
    internal FormerKey? Former { get; init; }

    internal long Revision { get; init; }
}

/// <summary>A key that another has replaced.</summary>
/// <param name="Sha256">32 bytes.</param>
/// <param name="Until">When it stops to work.</param>
internal sealed record FormerKey(ImmutableArray<byte> Sha256, DateTimeOffset Until);

/// <summary>A team or organisation that was made at run time.</summary>
internal sealed record GroupRecord(GroupConfig Group, long Revision);
