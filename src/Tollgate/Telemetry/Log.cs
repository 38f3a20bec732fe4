using Microsoft.Extensions.Logging;

namespace Tollgate.Telemetry;

/// <summary>
/// Every log event of the gateway. Ids are stable: alerts are built on them; a retired id is not used again.
/// 1xx configuration, 2xx life of the process, 3xx requests, 4xx credentials, 5xx the ledger and counters. No event may take a secret, a header or a body.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "Configuration from {Source} is in force: {Providers} providers, {Models} models, generation {Generation}")]
    public static partial void ConfigLoaded(ILogger logger, string source, int providers, int models, long generation);

    [LoggerMessage(101, LogLevel.Error, "Configuration from {Source} was refused for {Count} errors; the one before stays in force")]
    public static partial void ConfigRejected(ILogger logger, string source, int count);

    [LoggerMessage(102, LogLevel.Warning, "{Text}")]
    public static partial void ConfigWarning(ILogger logger, string text);

    [LoggerMessage(201, LogLevel.Information, "Shutting down: no new requests, {Active} to finish")]
    public static partial void ShutdownStarted(ILogger logger, long active);

    [LoggerMessage(202, LogLevel.Information, "Shut down")]
    public static partial void ShutdownFinished(ILogger logger);

    [LoggerMessage(203, LogLevel.Warning, "{Active} requests did not end in time (drain.max) and are broken off")]
    public static partial void ShutdownCutsOff(ILogger logger, long active);

    [LoggerMessage(300, LogLevel.Warning, "Request {RequestId}: provider {Provider} failed: {Code}: {Detail}")]
    public static partial void ProviderFailed(ILogger logger, string requestId, string provider, string code, string detail);

    [LoggerMessage(301, LogLevel.Warning, "Request {RequestId}: provider {Provider} answered {Status}; another attempt is made")]
    public static partial void AttemptFailed(ILogger logger, string requestId, string provider, int status);

    [LoggerMessage(303, LogLevel.Warning, "{What} is left alone for {Seconds:0.0} s after {Error}")]
    public static partial void CircuitOpened(ILogger logger, string what, double seconds, string error);

    [LoggerMessage(304, LogLevel.Information, "{What} works again")]
    public static partial void CircuitClosed(ILogger logger, string what);

    [LoggerMessage(305, LogLevel.Warning, "Request {RequestId}: {Count} unreadable events in the stream of provider {Provider} were left out")]
    public static partial void EventsSkipped(ILogger logger, string requestId, string provider, int count);

    [LoggerMessage(306, LogLevel.Information, "Request {RequestId}: limit {Limit}, which is in shadow mode, would have refused it")]
    public static partial void LimitWouldRefuse(ILogger logger, string requestId, string limit);

    [LoggerMessage(307, LogLevel.Warning, "Request {RequestId}: what it used could not be counted by its limits; its reservation ends by itself")]
    public static partial void LimitNotSettled(ILogger logger, string requestId, Exception exception);

    [LoggerMessage(302, LogLevel.Error, "Request {RequestId} failed unexpectedly")]
    public static partial void RequestFailed(ILogger logger, string requestId, Exception exception);

    [LoggerMessage(500, LogLevel.Information, "The ledger is {Address}; {Recovered} lines of a process before this one were written to it")]
    public static partial void LedgerOpened(ILogger logger, string address, int recovered);

    [LoggerMessage(501, LogLevel.Error, "The ledger {Address} refuses lines; they are kept and written when it takes them again: {Reason}")]
    public static partial void LedgerFailed(ILogger logger, string address, string reason);

    [LoggerMessage(502, LogLevel.Information, "The ledger {Address} takes lines again")]
    public static partial void LedgerWorksAgain(ILogger logger, string address);

    [LoggerMessage(503, LogLevel.Error, "{Lines} lines could not be written to the ledger {Address}; those in its file of slots are written at the next start")]
    public static partial void LedgerLeft(ILogger logger, int lines, string address);

    [LoggerMessage(504, LogLevel.Warning, "No ledger is kept, because {Reason} Write 'ledger: off' if none is wanted, or name a place that can be written.")]
    public static partial void LedgerMissing(ILogger logger, string reason);

    [LoggerMessage(505, LogLevel.Information, "The ledger {Address}: {Lines} lines older than its retention became sums for each day")]
    public static partial void LedgerRolledUp(ILogger logger, string address, long lines);

    [LoggerMessage(506, LogLevel.Error, "The ledger {Address}: old lines could not be made into sums; that is tried again: {Reason}")]
    public static partial void LedgerRollUpFailed(ILogger logger, string address, string reason);

    [LoggerMessage(507, LogLevel.Information, "What was used of limits before the start is known: {Counters} counters from {Folder}")]
    public static partial void CountersTakenOver(ILogger logger, int counters, string folder);

    [LoggerMessage(508, LogLevel.Warning, "Limits begin anew with the next start, because what is used of them cannot be kept: {Reason}")]
    public static partial void CountersNotKept(ILogger logger, string reason);

    [LoggerMessage(400, LogLevel.Warning, "Provider {Provider} has no new credential ({Consequence}): {Reason}. Mend: {Mend}")]
    public static partial void IdentityFailed(ILogger logger, string provider, string consequence, string reason, string mend);

    [LoggerMessage(401, LogLevel.Information, "Provider {Provider} has a credential again")]
    public static partial void IdentityRecovered(ILogger logger, string provider);

    [LoggerMessage(402, LogLevel.Information, "The certificate {File} has changed and is in force for new connections")]
    public static partial void CertificateLoaded(ILogger logger, string file);

    [LoggerMessage(403, LogLevel.Error, "The certificate {File} has changed and cannot be used; the one before stays in force: {Reason}")]
    public static partial void CertificateRefused(ILogger logger, string file, string reason);

    [LoggerMessage(410, LogLevel.Information, "The token of the admin API was made; it is in {File}")]
    public static partial void AdminTokenMade(ILogger logger, string file);

    [LoggerMessage(411, LogLevel.Warning, "The admin API is closed: the state directory {Folder} cannot hold its token: {Reason}. Mend: set stateDir, or adminToken in the configuration")]
    public static partial void AdminTokenMissing(ILogger logger, string folder, string reason);

    [LoggerMessage(412, LogLevel.Warning, "The keys of tokens cannot be read from {Source}, so {Consequence}: {Reason}")]
    public static partial void KeySetFailed(ILogger logger, string source, string consequence, string reason);

    [LoggerMessage(413, LogLevel.Information, "The keys of tokens can be read from {Source} again")]
    public static partial void KeySetRecovered(ILogger logger, string source);

    [LoggerMessage(414, LogLevel.Error, "The store of keys cannot be read; what was read last stays in force: {Reason}")]
    public static partial void KeyStoreFailed(ILogger logger, string reason);

    [LoggerMessage(415, LogLevel.Information, "The store of keys can be read again")]
    public static partial void KeyStoreRecovered(ILogger logger);

    [LoggerMessage(420, LogLevel.Information, "Audit: {Who} {Deed} {Noun} {Id} ({Name})")]
    public static partial void Audit(ILogger logger, string who, string deed, string noun, string id, string name);

    [LoggerMessage(390, LogLevel.Debug, "Request {RequestId} ended with {Status} after {Milliseconds} ms")]
    public static partial void RequestEnded(ILogger logger, string requestId, int status, double milliseconds);
}
