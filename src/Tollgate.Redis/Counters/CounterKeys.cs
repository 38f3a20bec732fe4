using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tollgate.Limits;

namespace Tollgate.Redis.Counters;

/// <summary>
/// Names of counters. Both keys of a counter have the same text between braces, so that a cluster keeps them in one slot. The span is part of the
/// name: a limit whose span is edited begins anew, and one whose amount is edited keeps what was used.
/// </summary>
/// <param name="redis">Knows which names belong together.</param>
/// <param name="prefix">What all names begin with.</param>
internal sealed class CounterKeys(IRedis redis, string prefix)
{
    /// <summary>Subjects may be headers that callers choose: longer ones are named by their hash.</summary>
    private const int LongestSubject = 128;

    /// <summary>Names are remembered up to here, and beyond it made each time.</summary>
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<(BucketId, CounterWindow), CounterName> _known = new();
    private int _count;

    /// <summary>The same object for the same counter, most often.</summary>
    internal CounterName Of(in BucketId bucket, in CounterWindow window) => _known.TryGetValue((bucket, window), out var known) ? known : Remember(bucket, window);

    private CounterName Remember(in BucketId bucket, in CounterWindow window)
    {
        var tag = Tag(bucket, window);
        var counts = tag + ":c";
        var name = new CounterName(counts, tag + ":r", window, redis.GroupOf(Encoding.UTF8.GetBytes(counts)));
        if (Volatile.Read(ref _count) < MostRemembered && _known.TryAdd((bucket, window), name)) Interlocked.Increment(ref _count);
        return name;
    }

    // Never empty between the braces, whatever the names hold: they would not count then.
    private string Tag(in BucketId bucket, in CounterWindow window) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}:{{{(window.IsSliding ? 's' : 'f')}{window.Seconds}:{Escape(bucket.Limit)}:{Short(bucket.Subject)}}}");

    // So that no two counters have the same name.
    private static string Escape(string limit) => limit.Contains(':', StringComparison.Ordinal) ? Uri.EscapeDataString(limit) : limit;

    private static string Short(string subject) =>
        subject.Length <= LongestSubject ? subject : "#" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)));
}
