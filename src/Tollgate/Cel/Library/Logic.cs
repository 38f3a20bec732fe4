using Tollgate.Cel.Values;

namespace Tollgate.Cel.Library;

/// <summary>
/// <c>&amp;&amp;</c> and <c>||</c> do not care for order: one side that decides makes the other's error irrelevant
/// (<see href="https://github.com/google/cel-spec/blob/master/doc/langdef.md#logical-operators"/>).
/// </summary>
internal static class Logic
{
    public static CelValue Not(in CelValue value) => value.Kind == CelKind.Bool ? CelValue.Of(!value.IsTrue) : CelError.NoOverload;

    /// <summary>Both sides are known, and neither decides alone.</summary>
    public static CelValue Undecided(in CelValue left, in CelValue right, bool otherwise)
    {
        if (left.IsError) return left;
        if (right.IsError) return right;
        return left.Kind == CelKind.Bool && right.Kind == CelKind.Bool ? CelValue.Of(otherwise) : CelError.NoOverload;
    }
}
