using Tollgate.Cel.Values;

namespace Tollgate.Cel.Library;

/// <summary>Which of two values is less. Numbers of different types compare by their value, text by code points.</summary>
internal static class Ordering
{
    // What a comparison with NaN gives: neither less, nor equal, nor greater.
    private const int Unordered = 2;

    public static CelValue Less(in CelValue left, in CelValue right) => Compare(left, right) is { } order ? CelValue.Of(order == -1) : CelError.NoOverload;

    public static CelValue LessOrEqual(in CelValue left, in CelValue right) => Compare(left, right) is { } order ? CelValue.Of(order is -1 or 0) : CelError.NoOverload;

    public static CelValue Greater(in CelValue left, in CelValue right) => Compare(left, right) is { } order ? CelValue.Of(order == 1) : CelError.NoOverload;

    public static CelValue GreaterOrEqual(in CelValue left, in CelValue right) => Compare(left, right) is { } order ? CelValue.Of(order is 1 or 0) : CelError.NoOverload;

    public static bool IsNumber(CelKind kind) => kind is CelKind.Int or CelKind.Uint or CelKind.Double;

    /// <summary>-1, 0, 1, or <see cref="Unordered"/>.</summary>
    public static int CompareNumbers(in CelValue left, in CelValue right) => (left.Kind, right.Kind) switch
    {
        (CelKind.Int, CelKind.Int) => left.Int.CompareTo(right.Int),
        (CelKind.Uint, CelKind.Uint) => left.Uint.CompareTo(right.Uint),
        (CelKind.Int, CelKind.Uint) => left.Int < 0 ? -1 : ((ulong)left.Int).CompareTo(right.Uint),
        (CelKind.Uint, CelKind.Int) => right.Int < 0 ? 1 : left.Uint.CompareTo((ulong)right.Int),
        // With a double in play both are doubles: what the conformance cases call a lossy comparison.
        _ => Doubles(AsDouble(left), AsDouble(right)),
    };

    private static int? Compare(in CelValue left, in CelValue right)
    {
        if (IsNumber(left.Kind) && IsNumber(right.Kind)) return CompareNumbers(left, right);
        if (left.Kind != right.Kind) return null;
        return left.Kind switch
        {
            CelKind.Bool => left.IsTrue.CompareTo(right.IsTrue),
            CelKind.String => CodePoints(left.Text, right.Text),
            CelKind.Bytes => Math.Sign(left.Bytes.AsSpan().SequenceCompareTo(right.Bytes)),
            CelKind.Timestamp => (left.Timestamp.Seconds, left.Timestamp.Nanos).CompareTo((right.Timestamp.Seconds, right.Timestamp.Nanos)),
            CelKind.Duration => left.Nanoseconds.CompareTo(right.Nanoseconds),
            _ => null,
        };
    }

    private static double AsDouble(in CelValue number) => number.Kind switch
    {
        CelKind.Int => number.Int,
        CelKind.Uint => number.Uint,
        _ => number.Double,
    };

    private static int Doubles(double left, double right) =>
        double.IsNaN(left) || double.IsNaN(right) ? Unordered : left == right ? 0 : left < right ? -1 : 1;

    // UTF-16 orders surrogates before U+E000; code points do not.
    private static int CodePoints(string left, string right)
    {
        var (one, other) = (left.EnumerateRunes(), right.EnumerateRunes());
        while (true)
        {
            var (hasOne, hasOther) = (one.MoveNext(), other.MoveNext());
            if (!hasOne || !hasOther) return hasOne.CompareTo(hasOther);
            var order = one.Current.Value.CompareTo(other.Current.Value);
            if (order != 0) return order;
        }
    }
}
