using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tollgate.Protocols.Json;

/// <summary>What 64 bytes hold, one bit for each byte.</summary>
/// <param name="Quotes">Double quotes.</param>
/// <param name="Backslashes">Backslashes.</param>
/// <param name="Controls">Control characters, which stand in no JSON string.</param>
/// <param name="High">Bytes outside ASCII.</param>
internal readonly record struct ByteBlock(ulong Quotes, ulong Backslashes, ulong Controls, ulong High)
{
    /// <summary>Bytes in a block.</summary>
    public const int Length = 64;

    /// <summary>The block that begins there, with the widest vectors that the processor has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ByteBlock Read(ref byte first)
    {
        if (Vector512.IsHardwareAccelerated) return Of(Vector512.LoadUnsafe(ref first));
        if (Vector256.IsHardwareAccelerated) return Of(Vector256.LoadUnsafe(ref first)).Then(Of(Vector256.LoadUnsafe(ref first, 32)), 32);
        var half = Of(Vector128.LoadUnsafe(ref first)).Then(Of(Vector128.LoadUnsafe(ref first, 16)), 16);
        return half.Then(Of(Vector128.LoadUnsafe(ref first, 32)).Then(Of(Vector128.LoadUnsafe(ref first, 48)), 16), 32);
    }

    /// <summary>The same without its first bytes.</summary>
    public ByteBlock From(int skipped) => new(Quotes >> skipped, Backslashes >> skipped, Controls >> skipped, High >> skipped);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ByteBlock Of(Vector512<byte> bytes) => new(
        Vector512.Equals(bytes, Vector512.Create((byte)'"')).ExtractMostSignificantBits(),
        Vector512.Equals(bytes, Vector512.Create((byte)'\\')).ExtractMostSignificantBits(),
        Vector512.LessThan(bytes, Vector512.Create((byte)0x20)).ExtractMostSignificantBits(),
        bytes.ExtractMostSignificantBits());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ByteBlock Of(Vector256<byte> bytes) => new(
        Vector256.Equals(bytes, Vector256.Create((byte)'"')).ExtractMostSignificantBits(),
        Vector256.Equals(bytes, Vector256.Create((byte)'\\')).ExtractMostSignificantBits(),
        Vector256.Equals(Vector256.Min(bytes, Vector256.Create((byte)0x1F)), bytes).ExtractMostSignificantBits(),
        bytes.ExtractMostSignificantBits());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ByteBlock Of(Vector128<byte> bytes) => new(
        Vector128.Equals(bytes, Vector128.Create((byte)'"')).ExtractMostSignificantBits(),
        Vector128.Equals(bytes, Vector128.Create((byte)'\\')).ExtractMostSignificantBits(),
        Vector128.Equals(Vector128.Min(bytes, Vector128.Create((byte)0x1F)), bytes).ExtractMostSignificantBits(),
        bytes.ExtractMostSignificantBits());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ByteBlock Then(ByteBlock next, int bits) => new(
        Quotes | (next.Quotes << bits), Backslashes | (next.Backslashes << bits), Controls | (next.Controls << bits), High | (next.High << bits));
}
