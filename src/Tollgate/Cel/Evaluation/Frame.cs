using Tollgate.Cel.Values;

namespace Tollgate.Cel.Evaluation;

/// <summary>One evaluation: its variables, the elements of the comprehensions that it is in, and what it may still cost.</summary>
internal ref struct Frame(ReadOnlySpan<CelValue> variables, CelValue[] locals, long budget)
{
    private long budget = budget;

    public readonly ReadOnlySpan<CelValue> Variables { get; } = variables;

    public readonly CelValue[] Locals { get; } = locals;

    /// <summary>True once the budget is spent: every loop ends then.</summary>
    public readonly bool IsSpent => budget < 0;

    /// <summary>Takes from the budget; false when it is spent.</summary>
    public bool Charge(long steps)
    {
        budget -= steps;
        return budget >= 0;
    }
}
