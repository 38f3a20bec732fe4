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
    private const string OfOpenAI = "x-ratelimit-";
    private const string OfAnthropic = "anthropic-ratelimit-";

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

    /// <summary>Puts them on an answer that has not begun.</summary>
    internal static void Write(GatewayRequest request)
    {
        if (request.LimitsIfAny is not { } limits || request.Context.Response.HasStarted) return;
        var tokens = Tightest(limits.Tokens, Tightest(limits.InputTokens, limits.OutputTokens));
        if (limits.Requests.Rule is null && tokens.Rule is null) return;
        var headers = request.Context.Response.Headers;
        RemoveProviders(headers);
        var now = request.Time.GetUtcNow();
        if (request.Family == ApiFamily.Anthropic)
        {
            Anthropic(headers, "requests", limits.Requests);
            Anthropic(headers, "tokens", limits.Tokens);
            Anthropic(headers, "input-tokens", limits.InputTokens);
            Anthropic(headers, "output-tokens", limits.OutputTokens);
            return;
        }

        OpenAI(headers, "requests", limits.Requests, now);
        OpenAI(headers, "tokens", tokens, now);
    }

    /// <summary>OpenAI's form of a time: <c>250ms</c>, <c>1s</c>, <c>6m0s</c>, <c>24h0m0s</c>.</summary>
    internal static string Duration(TimeSpan wait)
    {
        if (wait <= TimeSpan.Zero) return "0s";
        if (wait < TimeSpan.FromSeconds(1)) return Math.Ceiling(wait.TotalMilliseconds).ToString("0", CultureInfo.InvariantCulture) + "ms";
        var seconds = (long)Math.Ceiling(wait.TotalSeconds);
        if (seconds < 60) return string.Create(CultureInfo.InvariantCulture, $"{seconds}s");
        return seconds < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m{seconds % 60}s")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}h{seconds / 60 % 60}m{seconds % 60}s");
    }

    private static void OpenAI(IHeaderDictionary headers, string kind, in LimitNotice notice, DateTimeOffset now)
    {
        if (notice.Rule is not { } rule) return;
        headers[OfOpenAI + "limit-" + kind] = rule.Limit.ToString(CultureInfo.InvariantCulture);
        headers[OfOpenAI + "remaining-" + kind] = notice.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[OfOpenAI + "reset-" + kind] = Duration(notice.Until - now);
    }

    private static void Anthropic(IHeaderDictionary headers, string kind, in LimitNotice notice)
    {
        if (notice.Rule is not { } rule) return;
        headers[$"{OfAnthropic}{kind}-limit"] = rule.Limit.ToString(CultureInfo.InvariantCulture);
        headers[$"{OfAnthropic}{kind}-remaining"] = notice.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[$"{OfAnthropic}{kind}-reset"] = notice.Until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private static void RemoveProviders(IHeaderDictionary headers)
    {
        List<string>? theirs = null;
        foreach (var name in headers.Keys)
        {
            if (name.StartsWith(OfOpenAI, StringComparison.OrdinalIgnoreCase) || name.StartsWith(OfAnthropic, StringComparison.OrdinalIgnoreCase)) (theirs ??= []).Add(name);
        }

        foreach (var name in theirs ?? []) headers.Remove(name);
    }

    private static LimitNotice Tightest(in LimitNotice a, in LimitNotice b) => IsTighter(a, b) ? a : b;

    private static bool IsTighter(in LimitNotice notice, in LimitNotice than) => notice.Rule is not null && (than.Rule is null || notice.Remaining < than.Remaining);
}
