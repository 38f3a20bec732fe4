using Tollgate.Cel.Library;
using Tollgate.Cel.Values;

namespace Tollgate.Cel.Evaluation;

/// <summary>A part of a compiled expression.</summary>
internal abstract class Step
{
    public abstract CelValue Evaluate(ref Frame frame);

    /// <summary>An error that does not know its place yet gets this one.</summary>
    protected static CelValue Placed(in CelValue value, int offset) =>
        value.IsError && value.Error.Offset < 0 ? CelValue.Fail(value.Error with { Offset = offset }) : value;
}

internal sealed class ConstantStep(CelValue value) : Step
{
    public override CelValue Evaluate(ref Frame frame) => value;
}

internal sealed class VariableStep(int index, string name, int offset) : Step
{
    public override CelValue Evaluate(ref Frame frame)
    {
        if (index < frame.Variables.Length && frame.Variables[index].Kind != CelKind.Unset) return frame.Variables[index];
        return CelValue.Fail(new CelError($"no value was given for '{name}'", offset));
    }
}

internal sealed class LocalStep(int slot) : Step
{
    public override CelValue Evaluate(ref Frame frame) => frame.Locals[slot];
}

internal sealed class FieldStep(Step operand, string field, bool isTest, int offset) : Step
{
    public override CelValue Evaluate(ref Frame frame)
    {
        if (!frame.Charge(1)) return CelError.TooCostly;
        var value = operand.Evaluate(ref frame);
        return value.IsError ? value : Placed(isTest ? Indexing.Has(value, field) : Indexing.Field(value, field), offset);
    }
}

internal sealed class UnaryStep(UnaryFunction function, Step operand, int offset) : Step
{
    public override CelValue Evaluate(ref Frame frame)
    {
        var value = operand.Evaluate(ref frame);
        if (value.IsError) return value;
        return frame.Charge(1 + value.Weight) ? Placed(function(value), offset) : CelError.TooCostly;
    }
}

internal sealed class BinaryStep(BinaryFunction function, Step left, Step right, int offset) : Step
{
    public override CelValue Evaluate(ref Frame frame)
    {
        var one = left.Evaluate(ref frame);
        if (one.IsError) return one;
        var other = right.Evaluate(ref frame);
        if (other.IsError) return other;
        return frame.Charge(1 + one.Weight + other.Weight) ? Placed(function(one, other), offset) : CelError.TooCostly;
    }
}

/// <summary><c>&amp;&amp;</c> decides with false, <c>||</c> with true.</summary>
internal sealed class LogicStep(bool decides, Step left, Step right, int offset) : Step
{
    public override CelValue Evaluate(ref Frame frame)
    {
        if (!frame.Charge(1)) return CelError.TooCostly;
        var one = left.Evaluate(ref frame);
        if (one.Kind == CelKind.Bool && one.IsTrue == decides) return one;
        var other = right.Evaluate(ref frame);
        if (other.Kind == CelKind.Bool && other.IsTrue == decides) return other;
        return Placed(Logic.Undecided(one, other, !decides), offset);
    }
}

internal sealed class ConditionalStep(Step condition, Step yes, Step no, int offset) : Step
{
    public override CelValue Evaluate(ref Frame frame)
    {
        if (!frame.Charge(1)) return CelError.TooCostly;
        var value = condition.Evaluate(ref frame);
        if (value.IsError) return value;
        if (value.Kind != CelKind.Bool) return Placed(CelError.NoOverload, offset);
        return value.IsTrue ? yes.Evaluate(ref frame) : no.Evaluate(ref frame);
    }
}
