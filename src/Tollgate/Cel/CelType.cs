using Tollgate.Cel.Values;

namespace Tollgate.Cel;

/// <summary>A type that the checker reasons about.</summary>
/// <param name="Name">As CEL writes it: <c>int</c>, <c>list</c>, … For a type parameter, the name that it is bound under.</param>
/// <param name="Element">Of a list; of a map, its key.</param>
/// <param name="Value">Of a map.</param>
internal sealed record CelType(string Name, CelType? Element = null, CelType? Value = null)
{
    public static readonly CelType Dyn = new("dyn");
    public static readonly CelType Null = new("null_type");
    public static readonly CelType Bool = new("bool");
    public static readonly CelType Int = new("int");
    public static readonly CelType Uint = new("uint");
    public static readonly CelType Double = new("double");
    public static readonly CelType String = new("string");
    public static readonly CelType Bytes = new("bytes");
    public static readonly CelType Timestamp = new("google.protobuf.Timestamp");
    public static readonly CelType Duration = new("google.protobuf.Duration");
    public static readonly CelType Type = new("type");

    /// <summary>The types that are also names of values, such as <c>int</c> in <c>type(x) == int</c>.</summary>
    public static readonly IReadOnlyDictionary<string, CelType> Named = new[] { Null, Bool, Int, Uint, Double, String, Bytes, Timestamp, Duration, Type, List(Dyn), Map(Dyn, Dyn) }
        .ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>Stands for any type, the same one wherever it occurs in a signature.</summary>
    public bool IsParameter { get; private init; }

    public bool IsDyn => ReferenceEquals(this, Dyn);

    public static CelType List(CelType element) => new("list", element);

    public static CelType Map(CelType key, CelType value) => new("map", key, value);

    public static CelType Parameter(string name) => new(name) { IsParameter = true };

    /// <summary>Name of a value's type, as <c>type(x)</c> gives it.</summary>
    public static string NameOf(CelKind kind) => kind switch
    {
        CelKind.Null => Null.Name,
        CelKind.Timestamp => Timestamp.Name,
        CelKind.Duration => Duration.Name,
        CelKind.Bool => Bool.Name,
        CelKind.Int => Int.Name,
        CelKind.Uint => Uint.Name,
        CelKind.Double => Double.Name,
        CelKind.String => String.Name,
        CelKind.Bytes => Bytes.Name,
        CelKind.List => "list",
        CelKind.Map => "map",
        _ => Type.Name,
    };

    /// <inheritdoc/>
    public override string ToString() => this switch
    {
        { IsParameter: true } => "dyn",
        { Value: { } value } => $"map({Element}, {value})",
        { Element: { } element } => $"list({element})",
        _ => Name,
    };
}
