using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tollgate.Limits;

namespace Tollgate.Postgres.Counters;

/// <summary>Names of counters in the database. The span is part of the name: a limit whose span is edited begins anew.</summary>
internal static class CounterName
{
    /// <summary>Subjects may be headers that callers choose: longer ones, and those that PostgreSQL takes for no text, are named by their hash.</summary>
    private const int LongestSubject = 128;

    internal static string Of(in BucketId bucket, in CounterWindow window) =>
        string.Create(CultureInfo.InvariantCulture, $"{(window.IsSliding ? 's' : 'f')}{window.Seconds}:{Escape(bucket.Limit)}:{Short(bucket.Subject)}");

    // So that no two counters have the same name.
    private static string Escape(string limit) => limit.Contains(':', StringComparison.Ordinal) ? Uri.EscapeDataString(limit) : limit;

    private static string Short(string subject) => subject.Length <= LongestSubject && !subject.Contains('\0', StringComparison.Ordinal)
        ? subject
        : "#" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)));
}
