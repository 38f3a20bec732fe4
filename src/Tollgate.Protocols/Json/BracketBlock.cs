using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tollgate.Protocols.Json;

/// <summary>What 64 bytes hold of a text's structure, one bit for each byte.</summary>
/// <param name="Quotes">Double quotes.</param>
/// <param name="Backslashes">Backslashes.</param>
/// <param name="Opening">Brackets and braces that open.</param>
/// <param name="Closing">Brackets and braces that close.</param>
internal readonly record struct BracketBlock(ulong Quotes, ulong Backslashes, ulong Opening, ulong Closing)
{
    // Brackets and braces differ in this bit, and nothing else is one of them with it.
    private const byte BraceBit = 0x20;

    /// <summary>The block that begins there, with the widest vectors that the processor has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BracketBlock Read(ref byte first)
    {
        if (Vector512.IsHardwareAccelerated) return Of(Vector512.LoadUnsafe(ref first));
        if (Vector256.IsHardwareAccelerated) return Of(Vector256.LoadUnsafe(ref first)).Then(Of(Vector256.LoadUnsafe(ref first, 32)), 32);
        var half = Of(Vector128.LoadUnsafe(ref first)).Then(Of(Vector128.LoadUnsafe(ref first, 16)), 16);
        return half.Then(Of(Vector128.LoadUnsafe(ref first, 32)).Then(Of(Vector128.LoadUnsafe(ref first, 48)), 16), 32);
    }

    /// <summary>The same without its first bytes.</summary>
    public BracketBlock From(int skipped) => new(Quotes >> skipped, Backslashes >> skipped, Opening >> skipped, Closing >> skipped);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static BracketBlock Of(Vector512<byte> bytes) => new(
        Vector512.Equals(bytes, Vector512.Create((byte)'"')).ExtractMostSignificantBits(),
        Vector512.Equals(bytes, Vector512.Create((byte)'\\')).ExtractMostSignificantBits(),
        Vector512.Equals(bytes | Vector512.Create(BraceBit), Vector512.Create((byte)'{')).ExtractMostSignificantBits(),
        Vector512.Equals(bytes | Vector512.Create(BraceBit), Vector512.Create((byte)'}')).ExtractMostSignificantBits());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static BracketBlock Of(Vector256<byte> bytes) => new(
        Vector256.Equals(bytes, Vector256.Create((byte)'"')).ExtractMostSignificantBits(),
        Vector256.Equals(bytes, Vector256.Create((byte)'\\')).ExtractMostSignificantBits(),
        Vector256.Equals(bytes | Vector256.Create(BraceBit), Vector256.Create((byte)'{')).ExtractMostSignificantBits(),
        Vector256.Equals(bytes | Vector256.Create(BraceBit), Vector256.Create((byte)'}')).ExtractMostSignificantBits());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static BracketBlock Of(Vector128<byte> bytes) => new(
        Vector128.Equals(bytes, Vector128.Create((byte)'"')).ExtractMostSignificantBits(),
        Vector128.Equals(bytes, Vector128.Create((byte)'\\')).ExtractMostSignificantBits(),
        Vector128.Equals(bytes | Vector128.Create(BraceBit), Vector128.Create((byte)'{')).ExtractMostSignificantBits(),
        Vector128.Equals(bytes | Vector128.Create(BraceBit), Vector128.Create((byte)'}')).ExtractMostSignificantBits());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private BracketBlock Then(BracketBlock next, int bits) => new(
        Quotes | (next.Quotes << bits), Backslashes | (next.Backslashes << bits), Opening | (next.Opening << bits), Closing | (next.Closing << bits));
}
