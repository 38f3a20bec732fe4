using Tollgate.Configuration;
using Tollgate.Limits.Rules;
using Tollgate.Metering;
using Tollgate.Metering.Costs;
using Tollgate.Model;
using Tollgate.Protocols;

namespace Tollgate.Limits.Admitting;

/// <summary>What calls of a provider used, or may use at most, as limits count it.</summary>
/// <param name="Calls">How many requests it counts as.</param>
/// <param name="Usage">Tokens.</param>
/// <param name="Money">US dollars; null when the price is not known, which counts as nothing.</param>
/// <param name="Model">Model that the provider was asked for.</param>
/// <param name="Provider">Name of the provider.</param>
/// <param name="Route">Name of the route.</param>
internal readonly record struct Charge(long Calls, TokenUsage Usage, decimal? Money, string Model, string Provider, string Route)
{
    /// <summary>In the limit's units.</summary>
    internal long Of(LimitRule rule, GatewayModel model) => rule.Unit switch
    {
        LimitUnit.Requests => Calls,
        LimitUnit.InputTokens => Usage.Input ?? 0,
        LimitUnit.OutputTokens => Usage.Output ?? 0,
        LimitUnit.Tokens => (Usage.Input ?? 0) + (Usage.Output ?? 0),
        LimitUnit.Money => LimitRule.Billionths(Money ?? 0),
        _ => Math.Min(model.Costs.Of(rule.Config.Cost!, new CostFacts(Usage, Model, Provider, Route)) ?? 0, LimitRule.Largest),
    };

    /// <summary>What is known of the last call, when the request ends.</summary>
    /// <param name="record">The request.</param>
    /// <param name="calls">How many requests it counts as.</param>
    internal static Charge Of(RequestRecord record, long calls)
    {
        var isBilled = CostMeter.IsBilled(record.Operation);
        return new(calls, isBilled ? record.Usage : default, isBilled ? record.Cost : null, record.ServedModel ?? record.AskedModel ?? "", record.Provider ?? "", record.Route ?? "");
    }

    /// <summary>What a call that failed had used by then: it may be billed.</summary>
    internal static Charge Of(AttemptRecord failed, RequestRecord record, GatewayModel model)
    {
        var served = failed.Model ?? record.AskedModel ?? "";
        var money = failed.Usage.IsKnown ? CostMeter.Of(model, failed.Provider, served, null, failed.Usage) : null;
        return new(0, failed.Usage, money, served, failed.Provider, record.Route ?? "");
    }
}
