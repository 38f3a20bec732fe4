using System.Collections.Frozen;
using System.Collections.Immutable;
using Tollgate.Cel.Values;
using static Tollgate.Cel.CelType;
using static Tollgate.Cel.Library.CelFunction;

namespace Tollgate.Cel.Library;

/// <summary>Every function that an expression can call, by name.</summary>
internal static class FunctionTable
{
    private static readonly CelType A = Parameter("A");

    private static readonly FrozenDictionary<string, CelFunction> Functions =
        ((CelFunction[])[.. OperatorTable.All, .. TextFunctions, .. ConversionFunctions, .. TimeFunctions, .. MathTable.All])
        .ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    public static CelFunction? Find(string name) => Functions.GetValueOrDefault(name);

    private static IEnumerable<CelFunction> TextFunctions =>
    [
        new("size", [.. Sized().Select(type => Takes(type, Int)), .. Sized().Select(type => Member(type, Int))]) { Unary = Texts.Size },
        new("contains", [Member(CelType.String, CelType.String, Bool)]) { Binary = Texts.Contains },
        new("startsWith", [Member(CelType.String, CelType.String, Bool)]) { Binary = Texts.StartsWith },
        new("endsWith", [Member(CelType.String, CelType.String, Bool)]) { Binary = Texts.EndsWith },
        new("matches", [Takes(CelType.String, CelType.String, Bool), Member(CelType.String, CelType.String, Bool)]) { Binary = Texts.Matches },
    ];

    private static IEnumerable<CelFunction> ConversionFunctions =>
    [
        new("bool", To(Bool, Bool, CelType.String)) { Unary = Conversions.ToBool },
        new("int", To(Int, Int, Uint, CelType.Double, CelType.String, Timestamp)) { Unary = Conversions.ToInt },
        new("uint", To(Uint, Int, Uint, CelType.Double, CelType.String)) { Unary = Conversions.ToUint },
        new("double", To(CelType.Double, Int, Uint, CelType.Double, CelType.String)) { Unary = Conversions.ToDouble },
        new("string", To(CelType.String, CelType.String, Bool, Int, Uint, CelType.Double, CelType.Bytes, Timestamp, Duration)) { Unary = Conversions.ToText },
        new("bytes", To(CelType.Bytes, CelType.Bytes, CelType.String)) { Unary = Conversions.ToBytes },
        new("timestamp", To(Timestamp, Timestamp, Int, CelType.String)) { Unary = Conversions.ToTimestamp },
        new("duration", To(Duration, Duration, CelType.String)) { Unary = Conversions.ToDuration },
        new("type", [Takes(A, CelType.Type)]) { Unary = Conversions.TypeOf },
        new("dyn", [Takes(A, Dyn)]) { Unary = Conversions.Same },
    ];

    private static IEnumerable<CelFunction> TimeFunctions =>
    [
        Part("getFullYear", time => time.Year),
        Part("getMonth", time => time.Month - 1),
        Part("getDate", time => time.Day),
        Part("getDayOfMonth", time => time.Day - 1),
        Part("getDayOfWeek", time => (int)time.DayOfWeek),
        Part("getDayOfYear", time => time.DayOfYear - 1),
        Part("getHours", time => time.Hour, 3600 * CelTimestamp.NanosPerSecond),
        Part("getMinutes", time => time.Minute, 60 * CelTimestamp.NanosPerSecond),
        Part("getSeconds", time => time.Second, CelTimestamp.NanosPerSecond),
        Part("getMilliseconds", time => time.Millisecond, 1) with { Unary = Times.Milliseconds },
    ];

    private static CelFunction Part(string name, Func<DateTime, int> ofTime, long nanosPerUnit = 0) =>
        new(name, [Member(Timestamp, Int), Member(Timestamp, CelType.String, Int), .. nanosPerUnit > 0 ? [Member(Duration, Int)] : ImmutableArray<Signature>.Empty])
        {
            Unary = Times.Part(ofTime, nanosPerUnit),
            Binary = Times.ZonedPart(ofTime),
        };

    private static CelType[] Sized() => [CelType.String, CelType.Bytes, List(A), Map(A, Parameter("B"))];

    private static ImmutableArray<Signature> To(CelType result, params CelType[] from) => [.. from.Select(type => Takes(type, result))];
}
