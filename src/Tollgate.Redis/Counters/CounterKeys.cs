using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tollgate.Limits;

namespace Tollgate.Redis.Counters;

/// <summary>
/// Names of counters. Both keys of a counter have the same text between braces, so that a cluster keeps them in one slot. The span is part of the
/// name: a limit whose span is edited begins anew, and one whose amount is edited keeps what was used.
/// </summary>
internal sealed class CounterKeys(string prefix)
{
    /// <summary>Subjects may be headers that callers choose: longer ones are named by their hash.</summary>
    private const int LongestSubject = 128;

    internal string Counts(in BucketId bucket, in CounterWindow window) => Tag(bucket, window) + ":c";

    internal string Holds(in BucketId bucket, in CounterWindow window) => Tag(bucket, window) + ":r";

    // Never empty between the braces, whatever the names hold: they would not count then.
    private string Tag(in BucketId bucket, in CounterWindow window) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}:{{{(window.IsSliding ? 's' : 'f')}{window.Seconds}:{Escape(bucket.Limit)}:{Short(bucket.Subject)}}}");

    // So that no two counters have the same name.
    private static string Escape(string limit) => limit.Contains(':', StringComparison.Ordinal) ? Uri.EscapeDataString(limit) : limit;

    private static string Short(string subject) =>
        subject.Length <= LongestSubject ? subject : "#" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)));
}
