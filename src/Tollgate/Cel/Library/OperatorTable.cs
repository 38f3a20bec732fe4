using System.Collections.Immutable;
using Tollgate.Cel.Syntax;
using static Tollgate.Cel.CelType;
using static Tollgate.Cel.Library.CelFunction;

namespace Tollgate.Cel.Library;

/// <summary>The operators that are functions. <c>&amp;&amp;</c>, <c>||</c> and <c>?:</c> only have their signatures here: they look at errors.</summary>
internal static class OperatorTable
{
    private static readonly CelType A = Parameter("A");
    private static readonly CelType B = Parameter("B");
    private static readonly CelType[] Numeric = [Int, Uint, CelType.Double];

    public static IEnumerable<CelFunction> All =>
    [
        new("_+_", [.. Alike(Int, Uint, CelType.Double, CelType.String, CelType.Bytes, List(A), Duration), Takes(Timestamp, Duration, Timestamp), Takes(Duration, Timestamp, Timestamp)]) { Binary = Arithmetic.Add },
        new("_-_", [.. Alike(Int, Uint, CelType.Double, Duration), Takes(Timestamp, Timestamp, Duration), Takes(Timestamp, Duration, Timestamp)]) { Binary = Arithmetic.Subtract },
        new("_*_", Alike(Numeric)) { Binary = Arithmetic.Multiply },
        new("_/_", Alike(Numeric)) { Binary = Arithmetic.Divide },
        new("_%_", Alike(Int, Uint)) { Binary = Arithmetic.Remainder },
        new(Operators.Negate, [Takes(Int, Int), Takes(CelType.Double, CelType.Double)]) { Unary = Arithmetic.Negate },
        new("_==_", [Takes(A, A, Bool)]) { Binary = Equality.Equal },
        new("_!=_", [Takes(A, A, Bool)]) { Binary = Equality.NotEqual },
        new("_<_", Ordered()) { Binary = Ordering.Less },
        new("_<=_", Ordered()) { Binary = Ordering.LessOrEqual },
        new("_>_", Ordered()) { Binary = Ordering.Greater },
        new("_>=_", Ordered()) { Binary = Ordering.GreaterOrEqual },
        new(Operators.In, [Takes(A, List(A), Bool), Takes(A, Map(A, B), Bool)]) { Binary = Equality.In },
        new(Operators.Index, [Takes(List(A), Int, A), Takes(Map(A, B), A, B)]) { Binary = Indexing.At },
        new(Operators.Not, [Takes(Bool, Bool)]) { Unary = Logic.Not },
        new(Operators.And, [Takes(Bool, Bool, Bool)]),
        new(Operators.Or, [Takes(Bool, Bool, Bool)]),
        new(Operators.Conditional, [new([Bool, A, A], A)]),
    ];

    private static ImmutableArray<Signature> Alike(params CelType[] types) => [.. types.Select(type => Takes(type, type, type))];

    private static ImmutableArray<Signature> Ordered() =>
    [
        .. new[] { Bool, CelType.String, CelType.Bytes, Timestamp, Duration }.Select(type => Takes(type, type, Bool)),
        .. Numeric.SelectMany(left => Numeric.Select(right => Takes(left, right, Bool))),
    ];
}
