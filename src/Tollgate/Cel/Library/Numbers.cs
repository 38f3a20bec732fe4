using Tollgate.Cel.Values;

namespace Tollgate.Cel.Library;

/// <summary>The extension <c>math</c> (<see href="https://github.com/google/cel-go/tree/master/ext#math"/>).</summary>
internal static class Numbers
{
    public static CelValue Greatest(in CelValue left, in CelValue right) => Pick(left, right, wanted: 1);

    public static CelValue Least(in CelValue left, in CelValue right) => Pick(left, right, wanted: -1);

    public static CelValue Greatest(in CelValue value) => Pick(value, wanted: 1);

    public static CelValue Least(in CelValue value) => Pick(value, wanted: -1);

    public static UnaryFunction Rounded(Func<double, double> round) => (in value) =>
        value.Kind == CelKind.Double ? CelValue.Of(round(value.Double)) : CelError.NoOverload;

    public static UnaryFunction Test(Func<double, bool> test) => (in value) =>
        value.Kind == CelKind.Double ? CelValue.Of(test(value.Double)) : CelError.NoOverload;

    public static CelValue Abs(in CelValue value) => value.Kind switch
    {
        CelKind.Uint => value,
        CelKind.Int => value.Int < 0 ? Arithmetic.Negate(value) : value,
        CelKind.Double => CelValue.Of(Math.Abs(value.Double)),
        _ => CelError.NoOverload,
    };

    public static CelValue Sign(in CelValue value) => value.Kind switch
    {
        CelKind.Uint => CelValue.Of(value.Uint == 0 ? 0UL : 1UL),
        CelKind.Int => CelValue.Of((long)Math.Sign(value.Int)),
        CelKind.Double => double.IsNaN(value.Double) ? value : CelValue.Of((double)Math.Sign(value.Double)),
        _ => CelError.NoOverload,
    };

    public static BinaryFunction Bits(Func<ulong, ulong, ulong> combine) => (in left, in right) => (left.Kind, right.Kind) switch
    {
        (CelKind.Int, CelKind.Int) => CelValue.Of((long)combine((ulong)left.Int, (ulong)right.Int)),
        (CelKind.Uint, CelKind.Uint) => CelValue.Of(combine(left.Uint, right.Uint)),
        _ => CelError.NoOverload,
    };

    public static CelValue Not(in CelValue value) => value.Kind switch
    {
        CelKind.Int => CelValue.Of(~value.Int),
        CelKind.Uint => CelValue.Of(~value.Uint),
        _ => CelError.NoOverload,
    };

    // Both ways shift zeros in: a negative int shifted to the right becomes positive.
    public static BinaryFunction Shift(Func<ulong, int, ulong> shift) => (in value, in by) =>
    {
        if (value.Kind is not (CelKind.Int or CelKind.Uint) || by.Kind != CelKind.Int) return CelError.NoOverload;
        if (by.Int < 0) return CelValue.Fail("negative offset");
        var shifted = by.Int >= 64 ? 0 : shift(value.Uint, (int)by.Int);
        return value.Kind == CelKind.Int ? CelValue.Of((long)shifted) : CelValue.Of(shifted);
    };

    private static CelValue Pick(in CelValue left, in CelValue right, int wanted)
    {
        if (!Ordering.IsNumber(left.Kind) || !Ordering.IsNumber(right.Kind)) return CelError.NoOverload;
        return Ordering.CompareNumbers(right, left) == wanted ? right : left;
    }

    private static CelValue Pick(in CelValue value, int wanted)
    {
        if (Ordering.IsNumber(value.Kind)) return value;
        if (value.Kind != CelKind.List) return CelError.NoOverload;
        if (value.List.Count == 0) return CelValue.Fail("an empty list has neither a greatest nor a least element");
        var best = value.List.Items[0];
        foreach (var item in value.List.Items)
        {
            best = Pick(best, item, wanted);
            if (best.IsError) return best;
        }

        return best;
    }
}
