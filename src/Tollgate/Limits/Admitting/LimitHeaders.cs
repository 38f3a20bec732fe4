using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;
using Tollgate.Limits.Rules;
using Tollgate.Pipeline;
using Tollgate.Protocols;

namespace Tollgate.Limits.Admitting;

/// <summary>
/// Tells clients how much room they have, in the headers that the providers' own SDKs know: of requests and of tokens the limit with the
/// least left. A provider's headers of these families speak of the operator's account and stay behind then.
/// </summary>
internal static class LimitHeaders
{
    // Most waits are no longer than an hour, and each of their texts is made once.
    private static readonly string?[] Spoken = new string?[3601];
    private static readonly string?[] SpokenBelowSecond = new string?[1001];

    /// <summary>Keeps a limit's room when it is the tightest of its kind so far.</summary>
    internal static void Note(RequestLimits limits, LimitRule rule, in ClaimRoom room, DateTimeOffset now)
    {
        var notice = new LimitNotice(rule, room.Remaining, room.Wait < DateTimeOffset.MaxValue - now ? now + room.Wait : DateTimeOffset.MaxValue);
        switch (rule.Unit)
        {
            case LimitUnit.Requests when IsTighter(notice, limits.Requests):
                limits.Requests = notice;
                break;
            case LimitUnit.Tokens when IsTighter(notice, limits.Tokens):
                limits.Tokens = notice;
                break;
            case LimitUnit.InputTokens when IsTighter(notice, limits.InputTokens):
                limits.InputTokens = notice;
                break;
            case LimitUnit.OutputTokens when IsTighter(notice, limits.OutputTokens):
                limits.OutputTokens = notice;
                break;
            default:
                break; // money and costs have no header that SDKs know
        }
    }

    /// <summary>True when the client is told of the gateway's limits, so that it is not told of the provider's.</summary>
    internal static bool Replaces(GatewayRequest request) =>
        request.LimitsIfAny is { } limits && (limits.Requests.Rule ?? limits.Tokens.Rule ?? limits.InputTokens.Rule ?? limits.OutputTokens.Rule) is not null;

    /// <summary>True for the headers in which providers tell of their limits.</summary>
    internal static bool IsOfProvider(string name) =>
        name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("anthropic-ratelimit-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Puts them on an answer that has not begun.</summary>
    internal static void Write(GatewayRequest request)
    {
        if (!Replaces(request) || request.Context.Response.HasStarted) return;
        var (limits, headers) = (request.Limits, request.Context.Response.Headers);
        if (request.Family == ApiFamily.Anthropic)
        {
            Anthropic(headers, AnthropicNames.Requests, limits.Requests);
            Anthropic(headers, AnthropicNames.Tokens, limits.Tokens);
            Anthropic(headers, AnthropicNames.InputTokens, limits.InputTokens);
            Anthropic(headers, AnthropicNames.OutputTokens, limits.OutputTokens);
            return;
        }

        var now = request.Time.GetUtcNow();
        OpenAI(headers, OpenAINames.Requests, limits.Requests, now);
        OpenAI(headers, OpenAINames.Tokens, Tightest(limits.Tokens, Tightest(limits.InputTokens, limits.OutputTokens)), now);
    }

    /// <summary>OpenAI's form of a time: <c>250ms</c>, <c>1s</c>, <c>6m0s</c>, <c>24h0m0s</c>.</summary>
    internal static string Duration(TimeSpan wait)
    {
        if (wait <= TimeSpan.Zero) return "0s";
        if (wait < TimeSpan.FromSeconds(1)) return BelowSecond((int)Math.Ceiling(wait.TotalMilliseconds));
        var seconds = (long)Math.Ceiling(wait.TotalSeconds);
        return seconds < Spoken.Length ? Spoken[seconds] ??= Duration(seconds) : Duration(seconds);
    }

    private static string BelowSecond(int milliseconds) => SpokenBelowSecond[milliseconds] ??= string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");

    private static string Duration(long seconds)
    {
        if (seconds < 60) return string.Create(CultureInfo.InvariantCulture, $"{seconds}s");
        return seconds < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m{seconds % 60}s")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}h{seconds / 60 % 60}m{seconds % 60}s");
    }

    private static void OpenAI(IHeaderDictionary headers, LimitHeaderNames names, in LimitNotice notice, DateTimeOffset now)
    {
        if (notice.Rule is not { } rule) return;
        headers[names.Limit] = rule.LimitText;
        headers[names.Remaining] = notice.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[names.Reset] = Duration(notice.Until - now);
    }

    private static void Anthropic(IHeaderDictionary headers, LimitHeaderNames names, in LimitNotice notice)
    {
        if (notice.Rule is not { } rule) return;
        headers[names.Limit] = rule.LimitText;
        headers[names.Remaining] = notice.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[names.Reset] = notice.Until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private static LimitNotice Tightest(in LimitNotice a, in LimitNotice b) => IsTighter(a, b) ? a : b;

    private static bool IsTighter(in LimitNotice notice, in LimitNotice than) => notice.Rule is not null && (than.Rule is null || notice.Remaining < than.Remaining);
}
