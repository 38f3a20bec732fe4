using System.Collections.Immutable;

namespace Tollgate.Keys;

/// <summary>Everything that was made at run time, at one moment.</summary>
internal sealed record KeyRecords
{
    internal static KeyRecords None { get; } = new();

    internal ImmutableDictionary<string, KeyRecord> Keys { get; init; } = ImmutableDictionary.Create<string, KeyRecord>(StringComparer.Ordinal);

    internal ImmutableDictionary<string, GroupRecord> Teams { get; init; } = ImmutableDictionary.Create<string, GroupRecord>(StringComparer.Ordinal);

    internal ImmutableDictionary<string, GroupRecord> Organizations { get; init; } = ImmutableDictionary.Create<string, GroupRecord>(StringComparer.Ordinal);

    /// <summary>True when something was ever written: from then on callers need a key, even when the last one is gone.</summary>
    internal bool Exist { get; init; }

    /// <exception cref="FormatException">A record is not what was written.</exception>
    internal static KeyRecords Read(IReadOnlyList<StoredRecord>? records) => records is null ? None : new KeyRecords
    {
        Keys = records.Where(r => r.Kind == StoredKind.Key).Select(RecordJson.ReadKey).ToImmutableDictionary(k => k.Id, StringComparer.Ordinal),
        Teams = Groups(records, StoredKind.Team),
        Organizations = Groups(records, StoredKind.Organization),
        Exist = true,
    };

    internal ImmutableDictionary<string, GroupRecord> Of(StoredKind kind) => kind == StoredKind.Team ? Teams : Organizations;

    private static ImmutableDictionary<string, GroupRecord> Groups(IReadOnlyList<StoredRecord> records, StoredKind kind) =>
        records.Where(r => r.Kind == kind).Select(RecordJson.ReadGroup).ToImmutableDictionary(g => g.Group.Name, StringComparer.Ordinal);
}
