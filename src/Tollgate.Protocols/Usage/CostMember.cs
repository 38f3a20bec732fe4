using System.Buffers;
using System.Buffers.Text;
using Tollgate.Protocols.Framing;

namespace Tollgate.Protocols.Usage;

/// <summary>Puts what a request cost into the <c>usage</c> object of an answer that is relayed, as <c>cost</c>, and leaves every other byte as it is.</summary>
public static class CostMember
{
    /// <summary>More than the member ever takes.</summary>
    public const int MaxLength = 64;

    /// <summary>Where the member belongs in a whole answer: the index of the brace that closes its usage. -1: it has none.</summary>
    /// <param name="json">The answer.</param>
    public static int FindPlace(ReadOnlySpan<byte> json) => EndOf(json, json, depth: 1);

    /// <summary>Where the member belongs in a frame of a stream, counted from the frame's first byte. -1: it has no usage that is final.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="operation">Whose stream it is.</param>
    public static int FindPlace(in SseFrame frame, Operation operation) =>
        frame.IsMultiline ? -1 : EndOf(frame.Raw, frame.Data, operation == Operations.Responses ? 2 : 1);

    /// <summary>Writes the member with the comma before it; returns its length.</summary>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="cost">US dollars.</param>
    public static int Write(Span<byte> destination, decimal cost)
    {
        var name = ",\"cost\":"u8;
        name.CopyTo(destination);
        return Utf8Formatter.TryFormat(Trimmed(cost), destination[name.Length..], out var length, new StandardFormat('G')) ? name.Length + length : 0;
    }

    // Zeros at the end are no information: 0.000180 is 0.00018.
    private static decimal Trimmed(decimal cost) => cost / 1.0000000000000000000000000000m;

    private static int EndOf(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> json, int depth)
    {
        var usage = JsonTail.Find(json, "\"usage\""u8, depth);
        return JsonSkim.IsObject(usage) && JsonSkim.HoldsAnything(usage) && whole.Overlaps(usage, out var offset) ? offset + usage.Length - 1 : -1;
    }
}
