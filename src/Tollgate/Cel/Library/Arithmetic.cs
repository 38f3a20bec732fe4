using Tollgate.Cel.Values;

namespace Tollgate.Cel.Library;

/// <summary>Numbers never wrap: what does not fit is an error (<see href="https://github.com/google/cel-spec/blob/master/doc/langdef.md#overflow"/>).</summary>
internal static class Arithmetic
{
    public static CelValue Add(in CelValue left, in CelValue right)
    {
        switch (left.Kind, right.Kind)
        {
            case (CelKind.Uint, CelKind.Uint):
                var sum = unchecked(left.Uint + right.Uint);
                return sum < left.Uint ? CelError.Overflow : CelValue.Of(sum);
            case (CelKind.Int, CelKind.Int):
                var total = unchecked(left.Int + right.Int);
                return ((left.Int ^ total) & (right.Int ^ total)) < 0 ? CelError.Overflow : CelValue.Of(total);
            case (CelKind.Double, CelKind.Double):
                return CelValue.Of(left.Double + right.Double);
            case (CelKind.String, CelKind.String):
                return CelValue.Of(left.Text + right.Text);
            case (CelKind.Bytes, CelKind.Bytes):
                return CelValue.Of([.. left.Bytes, .. right.Bytes]);
            case (CelKind.List, CelKind.List):
                return CelValue.Of(CelList.Join(left.List, right.List));
            default:
                return Times.Add(left, right);
        }
    }

    public static CelValue Subtract(in CelValue left, in CelValue right)
    {
        switch (left.Kind, right.Kind)
        {
            case (CelKind.Uint, CelKind.Uint):
                return right.Uint > left.Uint ? CelError.Overflow : CelValue.Of(left.Uint - right.Uint);
            case (CelKind.Int, CelKind.Int):
                var difference = unchecked(left.Int - right.Int);
                return ((left.Int ^ right.Int) & (left.Int ^ difference)) < 0 ? CelError.Overflow : CelValue.Of(difference);
            case (CelKind.Double, CelKind.Double):
                return CelValue.Of(left.Double - right.Double);
            default:
                return Times.Subtract(left, right);
        }
    }

    public static CelValue Multiply(in CelValue left, in CelValue right)
    {
        switch (left.Kind, right.Kind)
        {
            case (CelKind.Uint, CelKind.Uint):
                return Math.BigMul(left.Uint, right.Uint, out var low) != 0 ? CelError.Overflow : CelValue.Of(low);
            case (CelKind.Int, CelKind.Int):
                var product = Math.BigMul(left.Int, right.Int);
                return product < long.MinValue || product > long.MaxValue ? CelError.Overflow : CelValue.Of((long)product);
            case (CelKind.Double, CelKind.Double):
                return CelValue.Of(left.Double * right.Double);
            default:
                return CelError.NoOverload;
        }
    }

    public static CelValue Divide(in CelValue left, in CelValue right) => (left.Kind, right.Kind) switch
    {
        (CelKind.Uint, CelKind.Uint) => right.Uint == 0 ? CelError.DivisionByZero : CelValue.Of(left.Uint / right.Uint),
        (CelKind.Int, CelKind.Int) => right.Int switch
        {
            0 => CelError.DivisionByZero,
            -1 => Negate(left),
            _ => CelValue.Of(left.Int / right.Int),
        },
        (CelKind.Double, CelKind.Double) => CelValue.Of(left.Double / right.Double),
        _ => CelError.NoOverload,
    };

    public static CelValue Remainder(in CelValue left, in CelValue right) => (left.Kind, right.Kind) switch
    {
        (CelKind.Uint, CelKind.Uint) => right.Uint == 0 ? CelError.ModulusByZero : CelValue.Of(left.Uint % right.Uint),
        (CelKind.Int, CelKind.Int) => right.Int switch
        {
            0 => CelError.ModulusByZero,
            // The processor's division traps on the smallest int.
            -1 => CelValue.Of(0L),
            _ => CelValue.Of(left.Int % right.Int),
        },
        _ => CelError.NoOverload,
    };

    public static CelValue Negate(in CelValue value) => value.Kind switch
    {
        CelKind.Int => value.Int == long.MinValue ? CelError.Overflow : CelValue.Of(-value.Int),
        CelKind.Double => CelValue.Of(-value.Double),
        _ => CelError.NoOverload,
    };
}
