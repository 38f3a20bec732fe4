using System.Text;

namespace Tollgate.Cel.Values;

/// <summary>
/// A value of the Common Expression Language (<see href="https://github.com/google/cel-spec/blob/master/doc/langdef.md#values"/>).
/// Numbers, booleans and times are held without a box, so arithmetic does not allocate. Errors are values too.
/// </summary>
internal readonly struct CelValue
{
    private readonly object? content;
    private readonly long bits;
    private readonly int nanos;

    private CelValue(CelKind kind, long bits = 0, object? content = null, int nanos = 0)
    {
        Kind = kind;
        this.bits = bits;
        this.content = content;
        this.nanos = nanos;
    }

    public static CelValue Null => new(CelKind.Null);

    public CelKind Kind { get; }

    public bool IsError => Kind == CelKind.Error;

    public bool IsTrue => Kind == CelKind.Bool && bits != 0;

    public bool IsFalse => Kind == CelKind.Bool && bits == 0;

    public long Int => bits;

    public ulong Uint => (ulong)bits;

    public double Double => BitConverter.Int64BitsToDouble(bits);

    public string Text => (string)content!;

    public byte[] Bytes => (byte[])content!;

    public CelList List => (CelList)content!;

    public CelMap Map => (CelMap)content!;

    public CelError Error => (CelError)content!;

    public CelTimestamp Timestamp => new(bits, nanos);

    /// <summary>A duration in nanoseconds.</summary>
    public long Nanoseconds => bits;

    /// <summary>What handling the value as a whole costs, beyond one step: its length, with all that is nested in it.</summary>
    public long Weight => Kind switch
    {
        CelKind.String => Text.Length / 4,
        CelKind.Bytes => Bytes.Length / 4,
        CelKind.List => List.Weight,
        CelKind.Map => Map.Weight,
        _ => 0,
    };

    public static CelValue Of(bool value) => new(CelKind.Bool, value ? 1 : 0);

    public static CelValue Of(long value) => new(CelKind.Int, value);

    public static CelValue Of(ulong value) => new(CelKind.Uint, (long)value);

    public static CelValue Of(double value) => new(CelKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static CelValue Of(string value) => new(CelKind.String, content: value);

    public static CelValue Of(byte[] value) => new(CelKind.Bytes, content: value);

    public static CelValue Of(CelList value) => new(CelKind.List, content: value);

    public static CelValue Of(CelMap value) => new(CelKind.Map, content: value);

    public static CelValue Of(CelTimestamp value) => new(CelKind.Timestamp, value.Seconds, nanos: value.Nanos);

    public static CelValue OfNanoseconds(long value) => new(CelKind.Duration, value);

    /// <summary>A type as a value, such as <c>int</c>.</summary>
    public static CelValue OfType(string name) => new(CelKind.Type, content: name);

    public static CelValue Fail(string message) => new(CelKind.Error, content: new CelError(message));

    public static CelValue Fail(CelError error) => new(CelKind.Error, content: error);

    /// <summary>For messages and tests.</summary>
    public override string ToString() => Kind switch
    {
        CelKind.Error => $"error({Error.Message})",
        CelKind.Bytes => $"b'{Encoding.UTF8.GetString(Bytes)}'",
        CelKind.List => $"[{string.Join(", ", List.Items)}]",
        CelKind.Map => $"{{{string.Join(", ", Map.Entries.Select(entry => $"{entry.Key}: {entry.Value}"))}}}",
        CelKind.Null => "null",
        CelKind.Unset => "unset",
        _ => Library.Conversions.ToText(this) is { Kind: CelKind.String } text ? text.Text : $"{content}",
    };
}
