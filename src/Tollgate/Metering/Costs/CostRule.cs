using Tollgate.Cel;
using Tollgate.Cel.Values;
using Tollgate.Configuration;

namespace Tollgate.Metering.Costs;

/// <summary>One of the operator's costs, compiled.</summary>
internal sealed class CostRule(string name, CostType type, CelProgram? program)
{
    public string Name => name;

    /// <summary>What a request costs by this rule; null when its expression fails, or gives less than nothing.</summary>
    public long? Of(in CostFacts facts)
    {
        var usage = facts.Usage;
        return type switch
        {
            CostType.InputToken => usage.Input ?? 0,
            CostType.CachedInputToken => usage.CachedInput ?? 0,
            CostType.CacheCreationInputToken => usage.CacheCreation ?? 0,
            CostType.OutputToken => usage.Output ?? 0,
            CostType.ReasoningToken => usage.Reasoning ?? 0,
            CostType.TotalToken => Whole(CelValue.Of(CostVariables.Total(usage))),
            _ => program is null ? null : Whole(CostVariables.Evaluate(program, facts)),
        };
    }

    /// <summary>Compiles a rule, or says what is wrong with its expression.</summary>
    public static (CostRule? Rule, IReadOnlyList<CelProblem> Problems) Compile(CostConfig config)
    {
        if (config.Type != CostType.CEL) return (new CostRule(config.Name, config.Type, null), []);
        var (program, problems) = CelCompiler.Compile(config.Expression ?? "", CostVariables.Environment);
        if (program is null) return (null, problems);
        return program.Type.IsDyn || program.Type == CelType.Int || program.Type == CelType.Uint
            ? (new CostRule(config.Name, config.Type, program), [])
            : (null, [new CelProblem(1, 1, $"a cost is a whole number, and this is a {program.Type}: write uint(…) around it")]);
    }

    private static long? Whole(in CelValue value) => value.Kind switch
    {
        CelKind.Uint when value.Uint <= long.MaxValue => (long)value.Uint,
        CelKind.Int when value.Int >= 0 => value.Int,
        _ => null,
    };
}
