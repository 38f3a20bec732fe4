using Tollgate.Cel;
using Tollgate.Cel.Values;
using Tollgate.Protocols;

namespace Tollgate.Metering.Costs;

/// <summary>What a cost expression may use, under the names that Envoy AI Gateway's <c>llmRequestCosts</c> has for it.</summary>
internal static class CostVariables
{
    public static readonly CelEnvironment Environment = new(
        new("model", CelType.String),
        new("backend", CelType.String),
        new("route_name", CelType.String),
        new("input_tokens", CelType.Uint),
        new("cached_input_tokens", CelType.Uint),
        new("cache_creation_input_tokens", CelType.Uint),
        new("output_tokens", CelType.Uint),
        new("total_tokens", CelType.Uint),
        new("reasoning_tokens", CelType.Uint));

    /// <summary>Evaluates an expression over a request. Its values go over the stack: nothing is allocated for them.</summary>
    public static CelValue Evaluate(CelProgram program, in CostFacts facts)
    {
        var usage = facts.Usage;
        return program.Evaluate(
        [
            CelValue.Of(facts.Model),
            CelValue.Of(facts.Backend),
            CelValue.Of(facts.Route),
            Count(usage.Input),
            Count(usage.CachedInput),
            Count(usage.CacheCreation),
            Count(usage.Output),
            CelValue.Of(Total(usage)),
            Count(usage.Reasoning),
        ]);
    }

    /// <summary>Input and output together.</summary>
    public static ulong Total(in TokenUsage usage) => (ulong)(usage.Input ?? 0) + (ulong)(usage.Output ?? 0);

    private static CelValue Count(long? count) => CelValue.Of((ulong)(count ?? 0));
}
