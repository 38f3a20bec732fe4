using System.Globalization;
using Tollgate.Configuration.Values;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline;

/// <summary>
/// Reads how long a provider asks to be left alone, in whatever form it says it: <c>retry-after-ms</c> (OpenAI), <c>x-ms-retry-after-ms</c>
/// (Azure), <c>retry-after</c> in seconds or as a date (RFC 9110, 10.2.3), and the resets of its limits.
/// </summary>
internal static class RetryAfter
{
    // Counts up to this are seconds from now; larger ones are seconds since 1970, and still larger ones milliseconds.
    private const double LongestSpan = 100_000_000;
    private const double LargestSeconds = 100_000_000_000;

    /// <summary>OpenAI, Groq, Cerebras (for a day and a minute), Azure, OpenRouter; then Anthropic, whose resets are dates.</summary>
    private static readonly (string Reset, string Remaining)[] Limits =
    [
        ("x-ratelimit-reset-requests", "x-ratelimit-remaining-requests"),
        ("x-ratelimit-reset-tokens", "x-ratelimit-remaining-tokens"),
        ("x-ratelimit-reset-requests-day", "x-ratelimit-remaining-requests-day"),
        ("x-ratelimit-reset-tokens-minute", "x-ratelimit-remaining-tokens-minute"),
        ("x-ratelimit-reset", "x-ratelimit-remaining"),
        ("anthropic-ratelimit-requests-reset", "anthropic-ratelimit-requests-remaining"),
        ("anthropic-ratelimit-tokens-reset", "anthropic-ratelimit-tokens-remaining"),
        ("anthropic-ratelimit-input-tokens-reset", "anthropic-ratelimit-input-tokens-remaining"),
        ("anthropic-ratelimit-output-tokens-reset", "anthropic-ratelimit-output-tokens-remaining"),
    ];

    /// <summary>Null when it does not say.</summary>
    internal static TimeSpan? Of(UpstreamResponse response, DateTimeOffset now)
    {
        var headers = response.Headers;
        if (Milliseconds(headers, "retry-after-ms") is { } milliseconds) return milliseconds;
        if (Milliseconds(headers, "x-ms-retry-after-ms") is { } azure) return azure;
        return Text(headers, "retry-after") is { } text && Span(text, now) is { } span ? span : Reset(headers, now);
    }

    /// <summary>A wait in any form: seconds, a duration such as <c>6m0s</c>, <c>250ms</c> or <c>2m59.56s</c>, a date, seconds or milliseconds since 1970.</summary>
    internal static TimeSpan? Span(string text, DateTimeOffset now)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return Number(number, now);
        if (text is "0s" or "0ms" or "0m0s") return TimeSpan.Zero;
        if (DurationText.Parse(text) is { } duration) return duration;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until) ? Bounded(until - now) : null;
    }

    /// <summary>The limit that is used up tells; the longest of several. When none says how much is left, the shortest is a guess that costs one try.</summary>
    private static TimeSpan? Reset(HeaderList headers, DateTimeOffset now)
    {
        TimeSpan? longest = null, shortest = null;
        foreach (var (reset, remaining) in Limits)
        {
            if (Text(headers, reset) is not { } text || Span(text, now) is not { } span) continue;
            var left = Text(headers, remaining);
            if (left is "0" && !(longest >= span)) longest = span;
            if (left is null && !(shortest <= span)) shortest = span;
        }

        return longest ?? shortest;
    }

    private static TimeSpan Number(double number, DateTimeOffset now) => number switch
    {
        < LongestSpan => Bounded(TimeSpan.FromSeconds(number)),
        < LargestSeconds => Bounded(TimeSpan.FromSeconds(number - now.ToUnixTimeSeconds())),
        _ => Bounded(TimeSpan.FromMilliseconds(Math.Min(number, 1e15) - now.ToUnixTimeMilliseconds())),
    };

    private static TimeSpan? Milliseconds(HeaderList headers, string name) =>
        double.TryParse(Text(headers, name), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number < 1e12
            ? Bounded(TimeSpan.FromMilliseconds(number))
            : null;

    private static TimeSpan Bounded(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait;

    private static string? Text(HeaderList headers, string name) => headers.Find(name)?.Trim();
}
