using System.Globalization;
using Tollgate.Configuration;
using Tollgate.Limits.Rules;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Protocols.Errors;

namespace Tollgate.Limits.Admitting;

/// <summary>What had no room.</summary>
/// <param name="Rule">The limit.</param>
/// <param name="Amount">What the request may use at most of it.</param>
/// <param name="Wait">How long until there is room; null: there never is, because it is more than the whole limit.</param>
/// <param name="IsUnknown">True: the store could not be asked, and the configuration lets nobody through then.</param>
internal readonly record struct RefusedClaim(LimitRule Rule, long Amount, TimeSpan? Wait, bool IsUnknown = false);

/// <summary>Says which limit refuses, and when there is room again.</summary>
internal static class LimitRefusal
{
    internal static Refusal Of(in RefusedClaim refused)
    {
        if (refused.IsUnknown) return Unknown(refused, "limit");
        var kind = refused.Rule.Unit == LimitUnit.Money ? GatewayErrorKinds.BudgetExceeded : GatewayErrorKinds.RateLimited;
        return new Refusal(kind, $"the limit {refused.Rule.Describe()} {Why(refused)}") { RetryAfter = refused.Wait, IsFinal = refused.Wait is null };
    }

    internal static Refusal OfQuota(in RefusedClaim refused, Provider provider) => refused.IsUnknown
        ? Unknown(refused, "quota")
        : new(GatewayErrorKinds.RateLimited, $"the quota {refused.Rule.Describe()} of provider '{provider.Name}' {Why(refused)}, and nobody else can be asked") { RetryAfter = refused.Wait, IsFinal = refused.Wait is null };

    private static Refusal Unknown(in RefusedClaim refused, string what) =>
        new(GatewayErrorKinds.LimitsUnavailable, $"the {what} {refused.Rule.Describe()} cannot be checked now, because the store of its counters cannot be reached; try again soon") { RetryAfter = refused.Wait };

    /// <summary>Of two the one after which there is room first.</summary>
    internal static Refusal Sooner(Refusal? one, Refusal other) =>
        one is null || (other.RetryAfter ?? TimeSpan.MaxValue) < (one.RetryAfter ?? TimeSpan.MaxValue) ? other : one;

    private static string Why(in RefusedClaim refused)
    {
        var amount = refused.Rule.Unit == LimitUnit.Money
            ? (refused.Amount / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture) + " US dollars"
            : refused.Amount.ToString(CultureInfo.InvariantCulture);
        if (refused.Wait is not { } wait) return $"is less than the {amount} that this request may use: shorten it, or ask for less output (max_tokens)";
        var seconds = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var reserves = refused.Rule.Unit == LimitUnit.Requests ? "" : $" for the {amount} that this request may use";
        return $"has no room{reserves}; try again in {seconds} s";
    }
}
