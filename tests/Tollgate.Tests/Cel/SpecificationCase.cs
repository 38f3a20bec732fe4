using System.Globalization;
using Tollgate.Cel;
using Tollgate.Cel.Values;

namespace Tollgate.Tests.Cel;

/// <summary>One of the conformance cases of the CEL specification.</summary>
internal sealed class SpecificationCase(string name, TextProto test)
{
    private const string TimestampUrl = "[type.googleapis.com/google.protobuf.Timestamp]";
    private const string DurationUrl = "[type.googleapis.com/google.protobuf.Duration]";

    public string Name => name;

    public string Expression => test.Text("expr")!;

    /// <summary>Why it does not apply here; null when it does.</summary>
    public string? Inapplicable => this switch
    {
        _ when Expression.Contains("TestAllTypes", StringComparison.Ordinal) => "protobuf messages",
        _ when NamesProtobuf(Expression) => "protobuf wrappers",
        _ => null,
    };

    /// <summary>What went wrong; null when it passed.</summary>
    public string? Run()
    {
        var variables = test.Messages("bindings").ToList();
        var environment = new CelEnvironment([.. variables.Select(binding => new CelVariable(binding.Text("key")!, TypeOf(binding.Text("key")!)))]);
        var compiled = CelCompiler.Compile(Expression, environment, check: test.Word("disable_check") != "true");
        if (compiled.Program is not { } program) return $"{name}: {Expression} does not compile: {compiled.Problems[0]}";

        var result = program.Evaluate([.. variables.Select(binding => Read(binding.Message("value")!.Message("value")!))]);
        if (test.Has("eval_error")) return result.IsError ? null : $"{name}: {Expression} is {result}, an error was expected";
        var expected = test.Message("value") is { } value ? Read(value) : CelValue.Of(true);
        return Same(result, expected) ? null : $"{name}: {Expression} is {result} ({result.Kind}), expected {expected} ({expected.Kind})";
    }

    private static bool NamesProtobuf(string expression) =>
        expression.Replace("google.protobuf.Timestamp", "", StringComparison.Ordinal).Replace("google.protobuf.Duration", "", StringComparison.Ordinal)
            .Contains("google.protobuf", StringComparison.Ordinal);

    private CelType TypeOf(string variable)
    {
        var declared = test.Messages("type_env").FirstOrDefault(entry => entry.Text("name") == variable);
        return declared is null ? CelType.Dyn : TypeOf(declared.Message("ident")!.Message("type")!);
    }

    private static CelType TypeOf(TextProto type) => type.Kind switch
    {
        "primitive" => type.Word("primitive") switch
        {
            "BOOL" => CelType.Bool,
            "INT64" => CelType.Int,
            "UINT64" => CelType.Uint,
            "DOUBLE" => CelType.Double,
            "STRING" => CelType.String,
            _ => CelType.Bytes,
        },
        "list_type" => CelType.List(TypeOf(type.Message("list_type")!.Message("elem_type")!)),
        "map_type" => CelType.Map(TypeOf(type.Message("map_type")!.Message("key_type")!), TypeOf(type.Message("map_type")!.Message("value_type")!)),
        "null" => CelType.Null,
        "message_type" => CelType.Named[type.Text("message_type")!],
        "well_known" => type.Word("well_known") == "TIMESTAMP" ? CelType.Timestamp : CelType.Duration,
        _ => CelType.Dyn,
    };

    private static CelValue Read(TextProto value) => value.Kind switch
    {
        "bool_value" => CelValue.Of(value.Word("bool_value") == "true"),
        "int64_value" => CelValue.Of(long.Parse(value.Word("int64_value")!, CultureInfo.InvariantCulture)),
        "uint64_value" => CelValue.Of(ulong.Parse(value.Word("uint64_value")!, CultureInfo.InvariantCulture)),
        "double_value" => CelValue.Of(Number(value.Word("double_value")!)),
        "string_value" => CelValue.Of(value.Text("string_value")!),
        "bytes_value" => CelValue.Of(value.Bytes("bytes_value")!),
        "null_value" => CelValue.Null,
        "type_value" => CelValue.OfType(value.Text("type_value")!),
        "list_value" => CelValue.Of(new CelList([.. value.Message("list_value")!.Messages("values").Select(Read)])),
        "map_value" => CelMap.Of([.. value.Message("map_value")!.Messages("entries").Select(entry => KeyValuePair.Create(Read(entry.Message("key")!), Read(entry.Message("value")!)))]),
        "object_value" => ReadObject(value.Message("object_value")!),
        _ => throw new InvalidDataException($"a value of kind '{value.Kind}'"),
    };

    private static CelValue ReadObject(TextProto value)
    {
        var inner = value.Message(value.Kind)!;
        var (seconds, nanos) = (long.Parse(inner.Word("seconds") ?? "0", CultureInfo.InvariantCulture), int.Parse(inner.Word("nanos") ?? "0", CultureInfo.InvariantCulture));
        return value.Kind switch
        {
            TimestampUrl => CelTimestamp.Of(seconds, nanos),
            DurationUrl => CelValue.OfNanoseconds((seconds * CelTimestamp.NanosPerSecond) + nanos),
            _ => throw new InvalidDataException(value.Kind),
        };
    }

    private static double Number(string word) => word switch
    {
        "inf" or "Infinity" => double.PositiveInfinity,
        "-inf" or "-Infinity" => double.NegativeInfinity,
        "nan" => double.NaN,
        _ => double.Parse(word, CultureInfo.InvariantCulture),
    };

    private static bool Same(CelValue one, CelValue other) => one.Kind == other.Kind && one.Kind switch
    {
        CelKind.Double => one.Double.Equals(other.Double) && double.IsNegative(one.Double) == double.IsNegative(other.Double),
        CelKind.List => one.List.Count == other.List.Count && one.List.Items.Zip(other.List.Items).All(pair => Same(pair.First, pair.Second)),
        _ => Tollgate.Cel.Library.Equality.AreEqual(one, other),
    };
}
