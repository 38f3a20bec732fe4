using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tollgate.Protocols.Json;

/// <summary>
/// Finds where objects and arrays end, 64 bytes at a time: each block becomes bit masks of its quotes and brackets, arithmetic tells
/// which stand within strings, and most blocks close fewer than are open and are merely counted.
/// </summary>
/// <remarks>
/// A backslash outside strings, which no JSON has, would escape here and stands for itself where a text is read byte by byte: with one,
/// or in a text too short for a block, it does not answer, and the caller looks for itself.
/// </remarks>
internal static class BracketScan
{
    /// <summary>Looks for the bracket that closes the one before <paramref name="start"/>.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="start">Just behind the opening bracket.</param>
    /// <param name="end">Just behind the closing one; -1 when the text breaks off before it.</param>
    /// <returns>False when it cannot tell.</returns>
    public static bool TryFindEnd(ReadOnlySpan<byte> text, int start, out int end)
    {
        end = -1;
        if (text.Length < ByteBlock.Length) return false;
        ref var first = ref MemoryMarshal.GetReference(text);
        var last = text.Length - ByteBlock.Length;
        var (depth, isInString, escapes) = (1, 0UL, default(EscapeCarry));
        for (var at = start; at < text.Length; at += ByteBlock.Length)
        {
            // 1. The block; the last one begins before `at`, whose byte then shifts down to bit 0.
            var block = BracketBlock.Read(ref Unsafe.Add(ref first, Math.Min(at, last)));
            if (at > last) block = block.From(at - last);

            // 2. What is within strings. It holds up to the first backslash outside of them.
            var quotes = block.Quotes;
            if (block.Backslashes != 0 || escapes.IsAny) quotes &= ~escapes.Next(block.Backslashes);
            var inside = Parity(quotes) ^ isInString;
            if ((block.Backslashes & ~inside) != 0) return false;
            isInString = (ulong)((long)inside >> 63);

            // 3. The brackets that count.
            var (opening, closing) = (block.Opening & ~inside, block.Closing & ~inside);
            var closed = BitOperations.PopCount(closing);
            if (closed >= depth && Last(opening, closing, depth) is >= 0 and var bit)
            {
                end = at + bit + 1;
                return true;
            }

            depth += BitOperations.PopCount(opening) - closed;
        }

        return true;
    }

    /// <summary>Of each bit whether an odd number is set up to it: from an opening quote to before its closing one.</summary>
    private static ulong Parity(ulong bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }

    /// <summary>The bit that closes all that is open; -1 when none does.</summary>
    private static int Last(ulong opening, ulong closing, int depth)
    {
        for (; closing != 0; closing &= closing - 1)
        {
            var bit = BitOperations.TrailingZeroCount(closing);
            var opened = BitOperations.PopCount(opening & ((1UL << bit) - 1));
            if (depth-- + opened == 1) return bit;
        }

        return -1;
    }
}
