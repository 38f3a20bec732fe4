using System.Collections.Immutable;

namespace Tollgate.Configuration;

/// <summary>Somebody who may manage the keys of one team or one organisation, by the admin API.</summary>
/// <param name="Name">Appears in the audit log.</param>
/// <param name="TokenSha256">SHA-256 of the token that is sent, 32 bytes. The token itself is not kept.</param>
public sealed record AdminConfig(string Name, ImmutableArray<byte> TokenSha256)
{
    /// <summary>The team that is managed; null: <see cref="Organization"/>.</summary>
    public string? Team { get; init; }

    /// <summary>The organisation that is managed, with its teams; null: <see cref="Team"/>.</summary>
    public string? Organization { get; init; }

    /// <summary>Where it was written.</summary>
    public SourcePlace Place { get; init; }
}
