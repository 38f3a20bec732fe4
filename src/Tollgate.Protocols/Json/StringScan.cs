using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tollgate.Protocols.Json;

/// <summary>
/// Finds where valid JSON strings end, 64 bytes at a time: each block becomes bit masks of its quotes, backslashes and control
/// characters, and arithmetic on them tells which quote is the first that no backslash escapes. No branch depends on how many
/// escapes there are, because a wrong guess of the processor costs more than a block.
/// </summary>
/// <remarks>
/// It only says yes: for a string that is not valid, or in a text too short for a block, it returns -1, and the caller looks byte by
/// byte for what is wrong.
/// </remarks>
internal static class StringScan
{
    /// <summary>Just behind the closing quote of the string whose inside begins at <paramref name="start"/>, or -1.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="start">Just behind the opening quote.</param>
    /// <param name="high">Becomes other than 0 when the string may hold bytes outside ASCII.</param>
    public static int FindEnd(ReadOnlySpan<byte> text, int start, ref ulong high)
    {
        if (text.Length < ByteBlock.Length) return -1;
        ref var first = ref MemoryMarshal.GetReference(text);
        var last = text.Length - ByteBlock.Length;
        var carry = default(Carry);
        for (var at = start; at < text.Length; at += ByteBlock.Length)
        {
            // 1. The block; the last one begins before `at`, whose byte then shifts down to bit 0.
            ref var bytes = ref Unsafe.Add(ref first, Math.Min(at, last));
            var block = ByteBlock.Read(ref bytes);
            if (at > last) block = block.From(at - last);
            high |= block.High;

            // 2. The quote that ends the string; escapes up to it must be valid.
            var quotes = block.Quotes;
            if (block.Backslashes != 0 || carry.IsAny)
            {
                var escapes = EscapeBlock.Read(ref bytes);
                if (at > last) escapes = escapes.From(at - last);
                var escaped = carry.Escaped(block.Backslashes);
                quotes &= ~escaped;
                if ((carry.Invalid(escaped, block, escapes) & UpToFirst(quotes)) != 0) return -1;
            }

            if ((block.Controls & UpToFirst(quotes)) != 0) return -1;
            if (quotes != 0) return at + BitOperations.TrailingZeroCount(quotes) + 1;
        }

        return -1;
    }

    /// <summary>The bits up to the lowest one that is set; all when none is.</summary>
    private static ulong UpToFirst(ulong bits) => bits ^ (bits - 1);

    /// <summary>What an escape at the end of a block asks of the next one.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Carry
    {
        private EscapeCarry _escapes;
        private ulong _hex;

        public readonly bool IsAny => _escapes.IsAny || _hex != 0;

        /// <summary>The bytes that a backslash escapes.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong Escaped(ulong backslashes) => _escapes.Next(backslashes);

        /// <summary>Escaped bytes that are no escape, and bytes that should be hexadecimal digits.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong Invalid(ulong escaped, in ByteBlock block, in EscapeBlock escapes)
        {
            var unicode = escaped & escapes.Unicode;
            var hex = (unicode << 1) | (unicode << 2) | (unicode << 3) | (unicode << 4) | _hex;
            _hex = (unicode >> 63) | (unicode >> 62) | (unicode >> 61) | (unicode >> 60);
            return (escaped & ~(escapes.Codes | unicode | block.Quotes | block.Backslashes)) | (hex & ~escapes.HexDigits);
        }
    }
}
