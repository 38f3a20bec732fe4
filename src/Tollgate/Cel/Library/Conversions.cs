using System.Globalization;
using System.Text;
using Tollgate.Cel.Values;

namespace Tollgate.Cel.Library;

/// <summary>From one type to another; what does not fit is an error (<see href="https://github.com/google/cel-spec/blob/master/doc/langdef.md#list-of-standard-definitions"/>).</summary>
internal static class Conversions
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static CelValue ToInt(in CelValue value) => value.Kind switch
    {
        CelKind.Int => value,
        CelKind.Uint => value.Uint > long.MaxValue ? CelError.OutOfRange : CelValue.Of((long)value.Uint),
        // Both ends are out: a double next to them stands for numbers on either side.
        CelKind.Double => value.Double is > -9223372036854775808.0 and < 9223372036854775808.0 ? CelValue.Of((long)value.Double) : CelError.OutOfRange,
        CelKind.String => long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? CelValue.Of(number) : NotA("int"),
        CelKind.Timestamp => CelValue.Of(value.Timestamp.Seconds),
        _ => CelError.NoOverload,
    };

    public static CelValue ToUint(in CelValue value) => value.Kind switch
    {
        CelKind.Uint => value,
        CelKind.Int => value.Int < 0 ? CelError.OutOfRange : CelValue.Of((ulong)value.Int),
        CelKind.Double => value.Double is >= 0 and < 18446744073709551616.0 ? CelValue.Of((ulong)value.Double) : CelError.OutOfRange,
        CelKind.String => ulong.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? CelValue.Of(number) : NotA("uint"),
        _ => CelError.NoOverload,
    };

    public static CelValue ToDouble(in CelValue value) => value.Kind switch
    {
        CelKind.Double => value,
        CelKind.Int => CelValue.Of((double)value.Int),
        CelKind.Uint => CelValue.Of((double)value.Uint),
        CelKind.String => double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? CelValue.Of(number) : NotA("double"),
        _ => CelError.NoOverload,
    };

    public static CelValue ToBool(in CelValue value) => value.Kind switch
    {
        CelKind.Bool => value,
        CelKind.String => value.Text switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => CelValue.Of(true),
            "0" or "f" or "F" or "false" or "FALSE" or "False" => CelValue.Of(false),
            _ => NotA("bool"),
        },
        _ => CelError.NoOverload,
    };

    public static CelValue ToText(in CelValue value) => value.Kind switch
    {
        CelKind.String => value,
        CelKind.Bool => CelValue.Of(value.IsTrue ? "true" : "false"),
        CelKind.Int => CelValue.Of(value.Int.ToString(CultureInfo.InvariantCulture)),
        CelKind.Uint => CelValue.Of(value.Uint.ToString(CultureInfo.InvariantCulture)),
        CelKind.Double => CelValue.Of(Written(value.Double)),
        CelKind.Bytes => Decoded(value.Bytes),
        CelKind.Timestamp => CelValue.Of(value.Timestamp.ToString()),
        CelKind.Duration => CelValue.Of(CelDuration.Write(value.Nanoseconds)),
        _ => CelError.NoOverload,
    };

    public static CelValue ToBytes(in CelValue value) => value.Kind switch
    {
        CelKind.Bytes => value,
        CelKind.String => CelValue.Of(Encoding.UTF8.GetBytes(value.Text)),
        _ => CelError.NoOverload,
    };

    public static CelValue ToTimestamp(in CelValue value) => value.Kind switch
    {
        CelKind.Timestamp => value,
        CelKind.Int => CelTimestamp.Of(value.Int, 0),
        CelKind.String => CelTimestamp.Parse(value.Text),
        _ => CelError.NoOverload,
    };

    public static CelValue ToDuration(in CelValue value) => value.Kind switch
    {
        CelKind.Duration => value,
        CelKind.String => CelDuration.Parse(value.Text),
        _ => CelError.NoOverload,
    };

    public static CelValue TypeOf(in CelValue value) => CelValue.OfType(CelType.NameOf(value.Kind));

    public static CelValue Same(in CelValue value) => value;

    private static string Written(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e'),
    };

    private static CelValue Decoded(byte[] bytes)
    {
        try
        {
            return CelValue.Of(Strict.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            return CelValue.Fail("invalid UTF-8 in bytes, cannot convert to string");
        }
    }

    private static CelValue NotA(string type) => CelValue.Fail($"type conversion error: the text is no {type}");
}
