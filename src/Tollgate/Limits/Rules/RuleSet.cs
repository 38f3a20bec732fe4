using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Tollgate.Authentication;
using Tollgate.Configuration;
using Tollgate.Protocols.Json;

namespace Tollgate.Limits.Rules;

/// <summary>The limits of one generation, compiled, and those that callers bring with them.</summary>
internal sealed class RuleSet(GatewayConfig config, JsonNames names)
{
    // Pools of callers are numbered apart from the configuration's.
    private const int FirstPoolOfCallers = 1_000_000;

    private static readonly ConditionalWeakTable<Caller, LimitRule[]> OfCallers = [];

    /// <summary>Those of the configuration, in the order written.</summary>
    internal LimitRule[] Rules { get; } = Compile(config.Limits, firstPool: 1);

    /// <summary>True: some are quotas of providers.</summary>
    internal bool HasQuotas { get; } = config.Limits.Any(LimitRule.NamesProvider);

    internal OutputNames Output { get; } = new(names);

    /// <summary>What a request reserves that does not say how much output it wants.</summary>
    internal long DefaultOutput => config.Reserve.Output;

    /// <summary>How long a reservation may stand that nobody settles: longer than any request may take.</summary>
    internal TimeSpan TimeToLive { get; } = LongestRequest(config);

    /// <summary>True in nearly every case where there are no limits: then nothing is worked out for a request.</summary>
    internal bool IsEmpty => Rules.Length == 0;

    /// <summary>Those of the caller itself: worked out once for each.</summary>
    internal static LimitRule[] Of(Caller caller) => caller.Limits.IsEmpty ? [] : OfCallers.GetValue(caller, static c => Compile(c.Limits, FirstPoolOfCallers));

    private static LimitRule[] Compile(ImmutableArray<LimitConfig> limits, int firstPool)
    {
        var pools = limits.Select(limit => limit.Pool).OfType<string>().Distinct(StringComparer.Ordinal).ToList();

        // A pool is decided at once, so a quota among its limits makes quotas of all.
        var quotas = limits.Where(LimitRule.NamesProvider).Select(limit => limit.Pool).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return
        [
            .. limits.Select(limit => new LimitRule(
                limit,
                limit.Pool is { } pool ? firstPool + pools.IndexOf(pool) : 0,
                LimitRule.NamesProvider(limit) || (limit.Pool is { } own && quotas.Contains(own)))),
        ];
    }

    private static TimeSpan LongestRequest(GatewayConfig config)
    {
        var longest = config.Providers.Select(provider => provider.Timeouts.Total).Concat(config.Models.Select(model => model.Timeouts?.Total).OfType<TimeSpan>()).DefaultIfEmpty().Max();
        return longest + (config.Retry.Deadline ?? TimeSpan.FromMinutes(2)) + TimeSpan.FromMinutes(1);
    }
}
