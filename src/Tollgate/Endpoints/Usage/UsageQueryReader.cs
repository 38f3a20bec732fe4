using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tollgate.Metering.Reports;

namespace Tollgate.Endpoints.Usage;

/// <summary>Reads what a report is asked for from the query of a URL. What it does not know is an error: a misspelled filter must not show more than was asked.</summary>
internal sealed class UsageQueryReader(IQueryCollection query, DateTimeOffset now)
{
    internal const int MostRows = 100_000;

    private static readonly TimeSpan Usual = TimeSpan.FromDays(7);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366 * 50);

    /// <summary>The query, or what is wrong with it.</summary>
    internal (UsageQuery? Query, string? Fault) Read()
    {
        var asked = new UsageQuery { From = now - Usual, To = now + TimeSpan.FromSeconds(1), Limit = 10_000 };
        foreach (var (name, values) in query)
        {
            foreach (var value in values)
            {
                var (next, fault) = Add(asked, name, value ?? "");
                if (fault is not null) return (null, fault);
                asked = next;
            }
        }

        return asked.From < asked.To ? (asked, null) : (null, "the time ends before it begins: from must be earlier than to");
    }

    private (UsageQuery Query, string? Fault) Add(UsageQuery asked, string name, string value)
    {
        switch (name)
        {
            case "from" or "since":
                return Moment(value) is { } from ? (asked with { From = from }, null) : (asked, $"{name}: write a time such as 2026-01-31 or 2026-01-31T10:00:00Z, seconds since 1970, or a span back from now such as 24h or 7d");
            case "to":
                return Moment(value) is { } to ? (asked with { To = to }, null) : (asked, "to: write a time such as 2026-01-31 or 2026-01-31T10:00:00Z, seconds since 1970, or a span back from now such as 24h or 7d");
            case "bucket":
                return Enum.TryParse<UsageBucket>(value, ignoreCase: true, out var bucket) && !char.IsAsciiDigit(value[0]) ? (asked with { Bucket = bucket }, null) : (asked, "bucket: write hour, day, month or all");
            case "by":
                return By(asked, value);
            case "limit":
                return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is > 0 and <= MostRows ? (asked with { Limit = limit }, null) : (asked, $"limit: write a number from 1 to {MostRows}");
            case "format":
                return value is "json" or "csv" ? (asked, null) : (asked, "format: write json or csv");
            default:
                return Filter(asked, name, value);
        }
    }

    private static (UsageQuery Query, string? Fault) By(UsageQuery asked, string words)
    {
        foreach (var word in words.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Find(word) is not { } field) return (asked, $"by: '{word}' is nothing to tell usage apart by: write {Known}");
            if (!asked.By.Contains(field)) asked = asked with { By = asked.By.Add(field) };
        }

        return (asked, null);
    }

    private static (UsageQuery Query, string? Fault) Filter(UsageQuery asked, string name, string value)
    {
        if (Find(name) is not { } field) return (asked, $"'{name}' is not known here: write from, to, bucket, by, limit, format, or a filter: {Known}");
        var before = asked.Where.FirstOrDefault(filter => filter.Field == field);
        if (before is { Values.Length: >= 100 }) return (asked, $"{name}: that are more than 100 values; ask without it and use by={name}");
        var filter = new UsageFilter(field, [.. before?.Values ?? ImmutableArray<string>.Empty, value]);
        return (asked with { Where = before is null ? asked.Where.Add(filter) : asked.Where.Replace(before, filter) }, null);
    }

    private static string Known => string.Join(", ", UsageFormat.Fields.Select(known => known.Word));

    private static UsageField? Find(string word)
    {
        foreach (var (known, field) in UsageFormat.Fields)
        {
            if (known == word) return field;
        }

        return null;
    }

    private DateTimeOffset? Moment(string text)
    {
        if (Span(text) is { } span) return now - span;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return seconds < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
    }

    private static TimeSpan? Span(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return null;
        TimeSpan? span = text[^1] switch { 'm' => TimeSpan.FromMinutes(count), 'h' => TimeSpan.FromHours(count), 'd' when count <= Longest.Days => TimeSpan.FromDays(count), _ => null };
        return span <= Longest ? span : null;
    }
}
