using Tollgate.Metering.Reports;

namespace Tollgate.Metering.Ledger;

/// <summary>Where the lines of a ledger are kept: a database. Calls come one at a time, except for queries, which come at any time.</summary>
public interface ILedgerStore : IUsageReport, IAsyncDisposable
{
    /// <summary>What it is in messages, such as <c>sqlite:/var/lib/tollgate/ledger.db</c>. Never holds a password.</summary>
    string Address { get; }

    /// <summary>False: of the lines that it is given it keeps none once <see cref="WriteAsync"/> has returned, and they can be used for others.</summary>
    bool KeepsLines => true;

    /// <summary>Makes what is missing (files, tables, columns of a newer version) and checks that it can write.</summary>
    /// <exception cref="LedgerException">It cannot be used; the message says what to mend.</exception>
    ValueTask OpenAsync(CancellationToken cancellation);

    /// <summary>
    /// Writes lines, all or none. When it returns they survive the end of this process; with <see cref="Configuration.LedgerDurability.Strict"/>
    /// the end of the machine too. A line that is there already is left as it is.
    /// </summary>
    ValueTask WriteAsync(IReadOnlyList<UsageEntry> lines, CancellationToken cancellation);

    /// <summary>Replaces lines that began before that time by sums for each day. No sum over them changes, except by the hour or the request.</summary>
    /// <returns>How many lines were replaced.</returns>
    ValueTask<long> RollUpAsync(DateTimeOffset before, CancellationToken cancellation);
}

/// <summary>A kind of ledger that the configuration can name.</summary>
public interface ILedgerStoreKind
{
    /// <summary>What <c>ledger:</c> begins with: <c>sqlite</c>, <c>postgres</c>.</summary>
    string Name { get; }

    /// <summary>True: used, in the state directory, where the configuration says nothing of a ledger.</summary>
    bool IsDefault { get; }

    /// <summary>Makes the store; it opens nothing yet.</summary>
    /// <param name="config">What the configuration says of it.</param>
    /// <param name="stateDirectory">Where what belongs to this machine is kept; it exists.</param>
    ILedgerStore Create(Configuration.LedgerConfig config, string stateDirectory);
}

/// <summary>A ledger that cannot be used.</summary>
/// <param name="message">What is wrong and how to mend it. Never holds a secret.</param>
/// <param name="inner">What was underneath, or null.</param>
public sealed class LedgerException(string message, Exception? inner = null) : Exception(message, inner);
