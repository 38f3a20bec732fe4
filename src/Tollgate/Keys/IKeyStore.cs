namespace Tollgate.Keys;

/// <summary>
/// Keeps keys, teams and organisations that were made at run time. It is asked when the gateway starts and when something changes, never
/// on the way of a request: what was read last stays in force while the store cannot be reached.
/// </summary>
public interface IKeyStore : IAsyncDisposable
{
    /// <summary>Everything that it holds; null when nothing was ever written to it.</summary>
    /// <exception cref="IOException">It cannot be reached or read.</exception>
    ValueTask<IReadOnlyList<StoredRecord>?> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Writes a record, durably, if nobody changed it since. False, and nothing is written, when somebody did.</summary>
    /// <param name="record">With the revision that it shall have.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <remarks>The record must be at the revision before; 0 means that there is none.</remarks>
    /// <exception cref="IOException">It cannot be reached or written.</exception>
    ValueTask<bool> WriteAsync(StoredRecord record, CancellationToken cancellationToken);

    /// <summary>Removes a record, durably, if it is at this revision. False when it is not.</summary>
    /// <exception cref="IOException">It cannot be reached or written.</exception>
    ValueTask<bool> RemoveAsync(StoredKind kind, string id, long revision, CancellationToken cancellationToken);

    /// <summary>Ends when another gateway may have changed something.</summary>
    /// <exception cref="IOException">It cannot be reached.</exception>
    Task ChangedAsync(CancellationToken cancellationToken);
}

/// <summary>Opens stores of one scheme, such as <c>sqlite:</c>.</summary>
public interface IKeyStoreKind
{
    /// <summary>What an address begins with, without the colon.</summary>
    string Scheme { get; }

    /// <summary>Opens the store. Nothing is asked of it yet.</summary>
    /// <param name="address">As the configuration names it, with the scheme.</param>
    IKeyStore Open(string address);
}

/// <summary>What a record is of.</summary>
public enum StoredKind
{
    /// <summary>A key.</summary>
    Key,

    /// <summary>A team.</summary>
    Team,

    /// <summary>An organisation.</summary>
    Organization,
}

/// <summary>A record as stores hold it.</summary>
/// <param name="Kind">What it is of.</param>
/// <param name="Id">Unique in its kind.</param>
/// <param name="Revision">Grows by one with each change, from 1.</param>
/// <param name="Json">The rest, in UTF-8. Holds hashes of keys, never a key.</param>
public sealed record StoredRecord(StoredKind Kind, string Id, long Revision, ReadOnlyMemory<byte> Json);
