using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Tollgate.Tests.Telemetry.Otlp;

/// <summary>
/// One message of protocol buffers, read by field numbers alone. Written here, and not generated, because the public definitions of
/// OTLP are in no package that restores; the numbers are those of <c>opentelemetry-proto</c> 1.x, which never change.
/// </summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Number, ulong Scalar, ReadOnlyMemory<byte> Bytes)> _fields = [];

    private ProtoMessage()
    {
    }

    /// <exception cref="InvalidDataException">It is no message.</exception>
    public static ProtoMessage Parse(ReadOnlyMemory<byte> bytes)
    {
        var message = new ProtoMessage();
        var at = 0;
        while (at < bytes.Length)
        {
            var tag = Varint(bytes.Span, ref at);
            message._fields.Add(Field((int)(tag >> 3), (int)(tag & 7), bytes, ref at));
        }

        return message;
    }

    public IEnumerable<ProtoMessage> Messages(int number) => _fields.Where(f => f.Number == number).Select(f => Parse(f.Bytes));

    /// <summary>The messages at the end of a path of field numbers.</summary>
    public IEnumerable<ProtoMessage> At(params int[] path) => path.Aggregate<int, IEnumerable<ProtoMessage>>([this], (level, number) => level.SelectMany(m => m.Messages(number)));

    public bool Has(int number) => _fields.Exists(f => f.Number == number);

    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number).Span);

    public string Hex(int number) => Convert.ToHexStringLower(Bytes(number).Span);

    public ulong Whole(int number) => _fields.LastOrDefault(f => f.Number == number).Scalar;

    public double Fraction(int number) => BitConverter.UInt64BitsToDouble(Whole(number));

    /// <summary>A list of <c>KeyValue</c>.</summary>
    public Dictionary<string, string> Attributes(int number) => Messages(number).ToDictionary(a => a.Text(1), a => Value(a.Messages(2).Single()), StringComparer.Ordinal);

    /// <summary>An <c>AnyValue</c> as text.</summary>
    public static string Value(ProtoMessage value) => value switch
    {
        _ when value.Has(1) => value.Text(1),
        _ when value.Has(2) => value.Whole(2) == 1 ? "true" : "false",
        _ when value.Has(3) => ((long)value.Whole(3)).ToString(CultureInfo.InvariantCulture),
        _ when value.Has(4) => value.Fraction(4).ToString(CultureInfo.InvariantCulture),
        _ when value.Has(5) => "[" + string.Join(", ", value.At(5, 1).Select(Value)) + "]",
        _ => "",
    };

    private ReadOnlyMemory<byte> Bytes(int number) => _fields.LastOrDefault(f => f.Number == number).Bytes;

    private static (int Number, ulong Scalar, ReadOnlyMemory<byte> Bytes) Field(int number, int wireType, ReadOnlyMemory<byte> bytes, ref int at)
    {
        switch (wireType)
        {
            case 0:
                return (number, Varint(bytes.Span, ref at), default);
            case 1:
                at += 8;
                return (number, BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[(at - 8)..]), default);
            case 2:
                var length = (int)Varint(bytes.Span, ref at);
                at += length;
                return (number, 0, bytes.Slice(at - length, length));
            case 5:
                at += 4;
                return (number, BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[(at - 4)..]), default);
            default:
                throw new InvalidDataException($"wire type {wireType}");
        }
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}
