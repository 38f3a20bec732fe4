using System.Collections.Immutable;
using static Tollgate.Cel.CelType;
using static Tollgate.Cel.Library.CelFunction;

namespace Tollgate.Cel.Library;

/// <summary>The functions of the extension <c>math</c>.</summary>
internal static class MathTable
{
    private static readonly CelType[] Numeric = [Int, Uint, CelType.Double];
    private static readonly CelType[] Whole = [Int, Uint];

    public static IEnumerable<CelFunction> All =>
    [
        new("math.greatest", Extremes()) { Unary = Numbers.Greatest, Binary = Numbers.Greatest },
        new("math.least", Extremes()) { Unary = Numbers.Least, Binary = Numbers.Least },
        Rounding("math.ceil", Math.Ceiling),
        Rounding("math.floor", Math.Floor),
        Rounding("math.round", value => Math.Round(value, MidpointRounding.AwayFromZero)),
        Rounding("math.trunc", Math.Truncate),
        new("math.abs", Same(Numeric)) { Unary = Numbers.Abs },
        new("math.sign", Same(Numeric)) { Unary = Numbers.Sign },
        Test("math.isNaN", double.IsNaN),
        Test("math.isInf", double.IsInfinity),
        Test("math.isFinite", double.IsFinite),
        Bits("math.bitAnd", (left, right) => left & right),
        Bits("math.bitOr", (left, right) => left | right),
        Bits("math.bitXor", (left, right) => left ^ right),
        new("math.bitNot", Same(Whole)) { Unary = Numbers.Not },
        Shift("math.bitShiftLeft", (value, by) => value << by),
        Shift("math.bitShiftRight", (value, by) => value >> by),
    ];

    private static CelFunction Rounding(string name, Func<double, double> round) =>
        new(name, [Takes(CelType.Double, CelType.Double)]) { Unary = Numbers.Rounded(round) };

    private static CelFunction Test(string name, Func<double, bool> test) =>
        new(name, [Takes(CelType.Double, Bool)]) { Unary = Numbers.Test(test) };

    private static CelFunction Bits(string name, Func<ulong, ulong, ulong> combine) =>
        new(name, [.. Whole.Select(type => Takes(type, type, type))]) { Binary = Numbers.Bits(combine) };

    private static CelFunction Shift(string name, Func<ulong, int, ulong> shift) =>
        new(name, [.. Whole.Select(type => Takes(type, Int, type))]) { Binary = Numbers.Shift(shift) };

    private static ImmutableArray<Signature> Same(CelType[] types) => [.. types.Select(type => Takes(type, type))];

    private static ImmutableArray<Signature> Extremes() =>
    [
        .. Same(Numeric),
        .. Numeric.Select(type => Takes(List(type), type)),
        .. Numeric.SelectMany(left => Numeric.Select(right => Takes(left, right, left == right ? left : Dyn))),
    ];
}
