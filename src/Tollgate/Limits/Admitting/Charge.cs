using Tollgate.Configuration;
using Tollgate.Limits.Rules;
using Tollgate.Metering;
using Tollgate.Metering.Costs;
using Tollgate.Model;
using Tollgate.Protocols;

namespace Tollgate.Limits.Admitting;

/// <summary>What calls of a provider used, or may use at most, as limits count it.</summary>
/// <param name="calls">How many requests it counts as.</param>
/// <param name="usage">Tokens. Looked at where it is: it is larger than all the rest.</param>
/// <param name="money">US dollars; null when the price is not known, which counts as nothing.</param>
/// <param name="model">Model that the provider was asked for.</param>
/// <param name="provider">Name of the provider.</param>
/// <param name="route">Name of the route.</param>
internal readonly ref struct Charge(long calls, ref readonly TokenUsage usage, decimal? money, string model, string provider, string route)
{
    private static readonly TokenUsage Nothing;

    private readonly ref readonly TokenUsage _usage = ref usage;

    /// <summary>In the limit's units.</summary>
    internal long Of(LimitRule rule, GatewayModel forModel) => rule.Unit switch
    {
        LimitUnit.Requests => calls,
        LimitUnit.InputTokens => _usage.Input ?? 0,
        LimitUnit.OutputTokens => _usage.Output ?? 0,
        LimitUnit.Tokens => (_usage.Input ?? 0) + (_usage.Output ?? 0),
        LimitUnit.Money => LimitRule.Billionths(money ?? 0),
        _ => Math.Min(forModel.Costs.Of(rule.Config.Cost!, new CostFacts(_usage, model, provider, route)) ?? 0, LimitRule.Largest),
    };

    /// <summary>What is known of the last call, when the request ends.</summary>
    /// <param name="record">The request.</param>
    /// <param name="calls">How many requests it counts as.</param>
    internal static Charge Of(RequestRecord record, long calls)
    {
        var isBilled = CostMeter.IsBilled(record.Operation);
        return new(calls, in isBilled ? ref record.Used : ref Nothing, isBilled ? record.Cost : null, record.ServedModel ?? record.AskedModel ?? "", record.Provider ?? "", record.Route ?? "");
    }

    /// <summary>What a call that failed had used by then: it may be billed.</summary>
    /// <param name="failed">The call.</param>
    /// <param name="used">Its tokens.</param>
    /// <param name="record">The request.</param>
    /// <param name="model">Who knows prices.</param>
    internal static Charge Of(AttemptRecord failed, ref readonly TokenUsage used, RequestRecord record, GatewayModel model)
    {
        var served = failed.Model ?? record.AskedModel ?? "";
        var money = used.IsKnown ? CostMeter.Of(model, failed.Provider, served, null, used) : null;
        return new(0, in used, money, served, failed.Provider, record.Route ?? "");
    }
}
