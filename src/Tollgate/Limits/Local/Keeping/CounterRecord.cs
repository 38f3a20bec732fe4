using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Tollgate.Hosting;

namespace Tollgate.Limits.Local.Keeping;

/// <summary>
/// One counter's place in a <see cref="CounterFile"/>:
/// <code>
///     0  sum over what follows up to 16 and the texts; 0: the place is free
///     4  lengths of both texts      8  window, and whether it is the counter of the rest
///    16  for each slot its number and what was used in it
///   352  name of the limit and subject, UTF-8
/// </code>
/// The head is written once and the sum last; after that only whole numbers of 64 bits change, each by one store. So whenever the process dies,
/// what is there is what was counted.
/// </summary>
internal sealed class CounterRecord(MappedBytes part, int at)
{
    internal const int Size = 1024;

    private const int Slots = SlotScale.Parts + 1;
    private const int LengthsAt = 4;
    private const int WindowAt = 8;
    private const int SlotsAt = 16;
    private const int SlotSize = 2 * sizeof(long);
    private const int TextsAt = SlotsAt + (Slots * SlotSize);

    /// <summary>Gives a free place to a counter. False: its texts are too long.</summary>
    internal bool TryName(string name, CounterWindow window, string subject, bool isRest)
    {
        if (Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(subject) > Size - TextsAt) return false;
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        var first = Encoding.UTF8.GetBytes(name, bytes[TextsAt..]);
        var second = Encoding.UTF8.GetBytes(subject, bytes[(TextsAt + first)..]);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[LengthsAt..], (ushort)first);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[(LengthsAt + sizeof(ushort))..], (ushort)second);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[WindowAt..], (window.Seconds << 2) | (isRest ? 2L : 0) | (window.IsSliding ? 1L : 0));
        bytes.CopyTo(part.At(at, Size));
        Volatile.Write(ref Sum(), Sum(bytes, first + second));
        return true;
    }

    /// <summary>Counts what was used in a slot; a slot that is older than what is counted in its place counts no more.</summary>
    /// <param name="slot">Its number.</param>
    /// <param name="slots">How many count at a time.</param>
    /// <param name="used">How much.</param>
    internal void Add(long slot, int slots, long used)
    {
        var place = MemoryMarshal.Cast<byte, long>(part.At(at + SlotsAt + ((int)(slot % slots) * SlotSize), SlotSize));
        ref var number = ref place[0];
        ref var amount = ref place[1];
        if (number > slot) return;
        if (number < slot)
        {
            Volatile.Write(ref amount, 0); // first, so that the amount of another slot is never taken for this one's
            Volatile.Write(ref number, slot);
        }

        Volatile.Write(ref amount, amount + used);
    }

    internal void Clear() => Volatile.Write(ref Sum(), 0u);

    /// <summary>What is kept here; null when nothing is, or what is there is damaged.</summary>
    internal KeptCounter? Read() => Read(part.At(at, Size));

    /// <summary>The same of a place that was read from a file.</summary>
    internal static KeptCounter? Read(ReadOnlySpan<byte> bytes)
    {
        var (first, second) = (BinaryPrimitives.ReadUInt16LittleEndian(bytes[LengthsAt..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[(LengthsAt + sizeof(ushort))..]));
        var sum = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (sum == 0 || first + second > Size - TextsAt || sum != Sum(bytes, first + second)) return null;
        var window = BinaryPrimitives.ReadInt64LittleEndian(bytes[WindowAt..]);
        var slots = new List<(long, long)>();
        for (var i = 0; i < Slots; i++)
        {
            var place = bytes[(SlotsAt + (i * SlotSize))..];
            var used = BinaryPrimitives.ReadInt64LittleEndian(place[sizeof(long)..]);
            if (used > 0) slots.Add((BinaryPrimitives.ReadInt64LittleEndian(place), used));
        }

        return new KeptCounter(
            Encoding.UTF8.GetString(bytes.Slice(TextsAt, first)),
            new CounterWindow(window >> 2, (window & 1) != 0),
            Encoding.UTF8.GetString(bytes.Slice(TextsAt + first, second)),
            (window & 2) != 0,
            slots);
    }

    private ref uint Sum() => ref MemoryMarshal.AsRef<uint>(part.At(at, sizeof(uint)));

    /// <summary>Of what never changes. Never 0.</summary>
    private static uint Sum(ReadOnlySpan<byte> bytes, int texts)
    {
        var sum = ~0u;
        foreach (var b in bytes[LengthsAt..SlotsAt]) sum = BitOperations.Crc32C(sum, b);
        foreach (var b in bytes.Slice(TextsAt, texts)) sum = BitOperations.Crc32C(sum, b);
        return sum == 0 ? 1 : sum;
    }
}

/// <summary>A counter as a file has it.</summary>
/// <param name="Name">Name of the limit and what it counts.</param>
/// <param name="Window">Over what span.</param>
/// <param name="Subject">What it is kept by.</param>
/// <param name="IsRest">True: it is the one that those share who found no room for one of their own.</param>
/// <param name="Slots">Numbers of slots, and what was used in each.</param>
internal sealed record KeptCounter(string Name, CounterWindow Window, string Subject, bool IsRest, IReadOnlyList<(long Number, long Used)> Slots);
