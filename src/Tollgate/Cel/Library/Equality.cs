using Tollgate.Cel.Values;

namespace Tollgate.Cel.Library;

/// <summary>
/// Equality over all types: numbers compare by their mathematical value, values of other different kinds are unequal, NaN equals
/// nothing (<see href="https://github.com/google/cel-spec/blob/master/doc/langdef.md#equality"/>).
/// </summary>
internal static class Equality
{
    public static CelValue Equal(in CelValue left, in CelValue right) => CelValue.Of(AreEqual(left, right));

    public static CelValue NotEqual(in CelValue left, in CelValue right) => CelValue.Of(!AreEqual(left, right));

    public static bool AreEqual(in CelValue left, in CelValue right)
    {
        if (Ordering.IsNumber(left.Kind) && Ordering.IsNumber(right.Kind)) return Ordering.CompareNumbers(left, right) == 0;
        if (left.Kind != right.Kind) return false;
        return left.Kind switch
        {
            CelKind.Null => true,
            CelKind.Bool => left.IsTrue == right.IsTrue,
            CelKind.String => string.Equals(left.Text, right.Text, StringComparison.Ordinal),
            CelKind.Bytes => left.Bytes.AsSpan().SequenceEqual(right.Bytes),
            CelKind.List => AreEqual(left.List, right.List),
            CelKind.Map => AreEqual(left.Map, right.Map),
            CelKind.Timestamp => left.Timestamp == right.Timestamp,
            CelKind.Duration => left.Nanoseconds == right.Nanoseconds,
            CelKind.Type => left.ToString() == right.ToString(),
            _ => false,
        };
    }

    public static CelValue In(in CelValue value, in CelValue container)
    {
        switch (container.Kind)
        {
            case CelKind.Map:
                return CelValue.Of(container.Map.TryGet(value, out _));
            case CelKind.List:
                foreach (var item in container.List.Items)
                {
                    if (AreEqual(value, item)) return CelValue.Of(true);
                }

                return CelValue.Of(false);
            default:
                return CelError.NoOverload;
        }
    }

    private static bool AreEqual(CelList left, CelList right)
    {
        if (left.Count != right.Count) return false;
        for (var i = 0; i < left.Count; i++)
        {
            if (!AreEqual(left.Items[i], right.Items[i])) return false;
        }

        return true;
    }

    private static bool AreEqual(CelMap left, CelMap right)
    {
        if (left.Count != right.Count) return false;
        foreach (var (key, value) in left.Entries)
        {
            if (!right.TryGet(key, out var other) || !AreEqual(value, other)) return false;
        }

        return true;
    }
}
