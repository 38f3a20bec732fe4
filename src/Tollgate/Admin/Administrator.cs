namespace Tollgate.Admin;

/// <summary>Who came through the <see cref="AdminDoor"/>, and for what. Without team and organisation: for everything.</summary>
/// <param name="Name">Appears in the audit log.</param>
internal sealed record Administrator(string Name)
{
    /// <summary>The only team that it manages; null: no such bound.</summary>
    internal string? Team { get; init; }

    /// <summary>The only organisation that it manages; null: no such bound.</summary>
    internal string? Organization { get; init; }

    /// <summary>True when it manages everything.</summary>
    internal bool IsOperator => Team is null && Organization is null;

    /// <summary>True when it may see and change what belongs to this team of this organisation.</summary>
    internal bool Manages(string? team, string? organization) =>
        IsOperator
        || (Team is not null && string.Equals(Team, team, StringComparison.Ordinal))
        || (Organization is not null && string.Equals(Organization, organization, StringComparison.Ordinal));
}
