using Tollgate.Pipeline;
using Tollgate.Upstreams;

namespace Tollgate.Tests.Retries;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("retry-after: 7", 7000)]
    [InlineData("retry-after: 1.5", 1500)]
    [InlineData("retry-after: Fri, 02 Jan 2026 03:04:35 GMT", 30000)]
    [InlineData("retry-after: Fri, 02 Jan 2026 03:04:00 GMT", 0)]
    [InlineData("retry-after: 7|retry-after-ms: 250", 250)]
    [InlineData("retry-after: 7|x-ms-retry-after-ms: 90.5", 90.5)]
    [InlineData("x-ratelimit-reset-requests: 6m0s", 360000)]
    [InlineData("x-ratelimit-reset-requests: 1s", 1000)]
    [InlineData("x-ratelimit-reset-tokens: 250ms", 250)]
    [InlineData("x-ratelimit-reset-tokens: 2m59.56s", 179560)]
    [InlineData("x-ratelimit-reset-requests-day: 33011.382867", 33011382.867)]
    [InlineData("x-ratelimit-reset-tokens-minute: 11.382867", 11382.867)]
    [InlineData("x-ratelimit-reset: 1767323055", 10000)]
    [InlineData("x-ratelimit-reset: 1767323055000", 10000)]
    [InlineData("anthropic-ratelimit-requests-reset: 2026-01-02T03:05:05Z", 60000)]
    [InlineData("x-ratelimit-reset-requests: 1s|x-ratelimit-reset-tokens: 6m0s", 1000)] // nobody says which is used up
    [InlineData("x-ratelimit-reset-requests: 1s|x-ratelimit-remaining-requests: 5|x-ratelimit-reset-tokens: 6m0s|x-ratelimit-remaining-tokens: 0", 360000)]
    [InlineData("retry-after: 99999999", 86400000)]
    public void Every_form_of_a_wait_is_read(string headers, double milliseconds) => Of(headers)!.Value.TotalMilliseconds.ShouldBe(milliseconds, 0.5);

    [Theory]
    [InlineData("x-of: 1")]
    [InlineData("retry-after: soon")]
    [InlineData("retry-after: -3")]
    [InlineData("x-ratelimit-reset-requests: 1s|x-ratelimit-remaining-requests: 5")] // that limit was not the one
    public void What_says_nothing_is_nothing(string headers) => Of(headers).ShouldBeNull();

    private static TimeSpan? Of(string headers)
    {
        var list = HeaderList.Rent();
        foreach (var header in headers.Split('|'))
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            list.Add(header[..colon], header[(colon + 1)..].Trim());
        }

        using var response = new UpstreamResponse(429, list, Stream.Null);
        return RetryAfter.Of(response, Now);
    }
}
