using System.Collections.Immutable;
using System.Globalization;

namespace Tollgate.Configuration.Values;

/// <summary>
/// Addresses of shared stores: <c>redis://user:password@host:6379/0</c>, <c>rediss://</c> for TLS, <c>redis+cluster://host:6379,host:6380</c>,
/// <c>postgres://user:password@host/database</c>. No message quotes one: it may hold a password.
/// </summary>
internal sealed record StoreUrl(CounterStoreKind Kind, bool Tls, ImmutableArray<StoreAddress> Addresses, string? User, string? Password, string? Database)
{
    internal const string Expected = "an address such as redis://cache:6379/0, rediss://…, redis+cluster://a:6379,b:6379 or postgres://user@host/database";

    internal const string Pattern = "^((redis|rediss|redis\\+cluster|rediss\\+cluster|postgres|postgresql)://.+|.*\\$\\{.+)$";

    /// <summary>The address, or null with what is wrong.</summary>
    internal static StoreUrl? Parse(string text, out string complaint)
    {
        complaint = $"this is no address of a store: write {Expected}";
        if (text.IndexOf("://", StringComparison.Ordinal) is not (> 0 and var colon) || Scheme(text[..colon]) is not var (kind, tls, port)) return null;

        var rest = text[(colon + 3)..];
        var at = rest.LastIndexOf('@');
        var (user, password) = at < 0 ? (null, null) : SignIn(rest[..at]);
        var slash = rest.IndexOf('/', at + 1);
        var database = slash < 0 ? "" : Uri.UnescapeDataString(rest[(slash + 1)..]);
        var hosts = (slash < 0 ? rest[(at + 1)..] : rest[(at + 1)..slash]).Split(',').Select(host => Address(host, port)).ToList();
        complaint = Complaint(kind, hosts, database);
        return complaint.Length > 0 ? null : new StoreUrl(kind, tls, [.. hosts.OfType<StoreAddress>()], user, password, database.Length == 0 ? null : database);
    }

    private static (CounterStoreKind Kind, bool Tls, int Port)? Scheme(string scheme) => scheme switch
    {
        "redis" => (CounterStoreKind.Redis, false, 6379),
        "rediss" => (CounterStoreKind.Redis, true, 6379),
        "redis+cluster" => (CounterStoreKind.RedisCluster, false, 6379),
        "rediss+cluster" => (CounterStoreKind.RedisCluster, true, 6379),
        "postgres" or "postgresql" => (CounterStoreKind.Postgres, false, 5432),
        _ => null,
    };

    private static string Complaint(CounterStoreKind kind, List<StoreAddress?> hosts, string database)
    {
        if (hosts.Contains(null)) return "every host is a name or an address, with a port or without, such as cache:6379 or [::1]:6379";
        if (database.Contains('?', StringComparison.Ordinal)) return "nothing may follow a '?': settings are keys of their own";
        if (kind != CounterStoreKind.RedisCluster && hosts.Count > 1) return "several hosts make a cluster: write redis+cluster://";
        if (kind == CounterStoreKind.RedisCluster && database is not ("" or "0")) return "a cluster has no other database than 0: leave it out";
        if (kind == CounterStoreKind.Redis && database.Length > 0 && !ushort.TryParse(database, NumberStyles.None, CultureInfo.InvariantCulture, out _)) return "the path is the number of the database, such as /0";
        return "";
    }

    private static (string? User, string? Password) SignIn(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var user = Uri.UnescapeDataString(colon < 0 ? text : text[..colon]);
        return (user.Length == 0 ? null : user, colon < 0 ? null : Uri.UnescapeDataString(text[(colon + 1)..]));
    }

    private static StoreAddress? Address(string text, int port)
    {
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        if (end <= 0) end = text.Length;
        if (end < text.Length && (text[end] != ':' || !ushort.TryParse(text.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var written) || (port = written) == 0)) return null;

        var host = text[..end].Trim('[', ']');
        return Uri.CheckHostName(host) == UriHostNameType.Unknown ? null : new StoreAddress(host, port);
    }
}
