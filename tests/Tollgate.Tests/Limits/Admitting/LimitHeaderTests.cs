using System.Text.Json;
using Tollgate.Limits.Admitting;

namespace Tollgate.Tests.Limits.Admitting;

/// <summary>Clients are told how much room they have, in the words of the API that they speak.</summary>
public sealed class LimitHeaderTests
{
    [Fact]
    public async Task OpenAIs_clients_are_told_of_requests_and_tokens_of_the_tightest_limits()
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, "limits: { day: { requests: 100, per: day }, minute: { requests: 10 }, tokens: { tokens: 1000 } }");
        rig.Time.Advance(TimeSpan.FromSeconds(20));
        var (_, _, response) = await rig.ChatAsync(LimitRig.Body(100));
        LimitRig.Header(response, "x-ratelimit-limit-requests").ShouldBe("10");
        LimitRig.Header(response, "x-ratelimit-remaining-requests").ShouldBe("9");
        LimitRig.Header(response, "x-ratelimit-reset-requests").ShouldBe("40s");
        LimitRig.Header(response, "x-ratelimit-limit-tokens").ShouldBe("1000");
        LimitRig.Number(response, "x-ratelimit-remaining-tokens").ShouldBeInRange(800, 899);
        LimitRig.Header(response, "anthropic-ratelimit-requests-limit").ShouldBeNull("the provider's account is the operator's");
    }

    [Fact]
    public async Task A_refusal_tells_them_too()
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, "limits: { minute: { requests: 1 } }");
        await rig.ChatAsync();
        var (status, _, response) = await rig.ChatAsync();
        status.ShouldBe(429);
        LimitRig.Header(response, "x-ratelimit-remaining-requests").ShouldBe("0");
        LimitRig.Header(response, "x-ratelimit-reset-requests").ShouldBe("1m0s");
    }

    [Fact]
    public async Task Anthropics_clients_are_told_and_refused_in_anthropics_words()
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, "limits: { minute: { requests: 1 }, in: { inputTokens: 5000 } }");
        var (status, _, response) = await rig.Gateway.PostAsync("/anthropic/v1/messages", LimitRig.Body());
        status.ShouldBe(200);
        LimitRig.Header(response, "anthropic-ratelimit-requests-limit").ShouldBe("1");
        LimitRig.Header(response, "anthropic-ratelimit-requests-remaining").ShouldBe("0");
        LimitRig.Header(response, "anthropic-ratelimit-requests-reset").ShouldBe("2026-01-01T00:01:00Z");
        LimitRig.Header(response, "anthropic-ratelimit-input-tokens-limit").ShouldBe("5000");
        LimitRig.Header(response, "x-ratelimit-limit-requests").ShouldBeNull();
        var (refused, body, second) = await rig.Gateway.PostAsync("/anthropic/v1/messages", LimitRig.Body());
        refused.ShouldBe(429);
        JsonDocument.Parse(body).RootElement.GetProperty("error").GetProperty("type").GetString().ShouldBe("rate_limit_error");
        LimitRig.Header(second, "retry-after").ShouldBe("60");
    }

    [Fact]
    public async Task Who_is_not_limited_sees_the_providers_own()
    {
        await using var provider = LimitRig.Provider();
        await using var rig = await LimitRig.StartAsync(provider, "limits: { other: { requests: 1, match: { headers: { x-tier: free } } } }");
        var (_, _, response) = await rig.ChatAsync();
        LimitRig.Header(response, "x-ratelimit-limit-requests").ShouldBe("9999");
        LimitRig.Header(response, "x-ratelimit-remaining-tokens").ShouldBe("8888");
    }

    [Theory]
    [InlineData(-1, "0s")]
    [InlineData(0.25, "250ms")]
    [InlineData(1, "1s")]
    [InlineData(59.2, "1m0s")]
    [InlineData(125, "2m5s")]
    [InlineData(90061, "25h1m1s")]
    public void Times_are_in_openAIs_form(double seconds, string text) => LimitHeaders.Duration(TimeSpan.FromSeconds(seconds)).ShouldBe(text);
}
