using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tollgate.Protocols.Json;

/// <summary>What a <see cref="ByteBlock"/> with backslashes also holds, one bit for each byte.</summary>
/// <param name="Codes">What may stand behind a backslash, without quotes, backslashes and <c>u</c>.</param>
/// <param name="Unicode">The letter <c>u</c>.</param>
/// <param name="HexDigits">Hexadecimal digits.</param>
internal readonly record struct EscapeBlock(ulong Codes, ulong Unicode, ulong HexDigits)
{
    /// <summary>The block that begins there, with the widest vectors that the processor has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EscapeBlock Read(ref byte first)
    {
        if (Vector512.IsHardwareAccelerated) return Of(Vector512.LoadUnsafe(ref first));
        if (Vector256.IsHardwareAccelerated) return Of(Vector256.LoadUnsafe(ref first)).Then(Of(Vector256.LoadUnsafe(ref first, 32)), 32);
        var half = Of(Vector128.LoadUnsafe(ref first)).Then(Of(Vector128.LoadUnsafe(ref first, 16)), 16);
        return half.Then(Of(Vector128.LoadUnsafe(ref first, 32)).Then(Of(Vector128.LoadUnsafe(ref first, 48)), 16), 32);
    }

    /// <summary>The same without its first bytes.</summary>
    public EscapeBlock From(int skipped) => new(Codes >> skipped, Unicode >> skipped, HexDigits >> skipped);

    // b and f differ in one bit, and nothing else is them without it; so are capitals and small letters.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static EscapeBlock Of(Vector512<byte> bytes)
    {
        var codes = Vector512.Equals(bytes & Vector512.Create((byte)0xFB), Vector512.Create((byte)'b')) | Vector512.Equals(bytes, Vector512.Create((byte)'n'))
            | Vector512.Equals(bytes, Vector512.Create((byte)'r')) | Vector512.Equals(bytes, Vector512.Create((byte)'t')) | Vector512.Equals(bytes, Vector512.Create((byte)'/'));
        var hex = Vector512.LessThan(bytes - Vector512.Create((byte)'0'), Vector512.Create((byte)10))
            | Vector512.LessThan((bytes | Vector512.Create((byte)0x20)) - Vector512.Create((byte)'a'), Vector512.Create((byte)6));
        return new(codes.ExtractMostSignificantBits(), Vector512.Equals(bytes, Vector512.Create((byte)'u')).ExtractMostSignificantBits(), hex.ExtractMostSignificantBits());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static EscapeBlock Of(Vector256<byte> bytes)
    {
        var codes = Vector256.Equals(bytes & Vector256.Create((byte)0xFB), Vector256.Create((byte)'b')) | Vector256.Equals(bytes, Vector256.Create((byte)'n'))
            | Vector256.Equals(bytes, Vector256.Create((byte)'r')) | Vector256.Equals(bytes, Vector256.Create((byte)'t')) | Vector256.Equals(bytes, Vector256.Create((byte)'/'));
        var hex = Vector256.LessThan(bytes - Vector256.Create((byte)'0'), Vector256.Create((byte)10))
            | Vector256.LessThan((bytes | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a'), Vector256.Create((byte)6));
        return new(codes.ExtractMostSignificantBits(), Vector256.Equals(bytes, Vector256.Create((byte)'u')).ExtractMostSignificantBits(), hex.ExtractMostSignificantBits());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static EscapeBlock Of(Vector128<byte> bytes)
    {
        var codes = Vector128.Equals(bytes & Vector128.Create((byte)0xFB), Vector128.Create((byte)'b')) | Vector128.Equals(bytes, Vector128.Create((byte)'n'))
            | Vector128.Equals(bytes, Vector128.Create((byte)'r')) | Vector128.Equals(bytes, Vector128.Create((byte)'t')) | Vector128.Equals(bytes, Vector128.Create((byte)'/'));
        var hex = Vector128.LessThan(bytes - Vector128.Create((byte)'0'), Vector128.Create((byte)10))
            | Vector128.LessThan((bytes | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a'), Vector128.Create((byte)6));
        return new(codes.ExtractMostSignificantBits(), Vector128.Equals(bytes, Vector128.Create((byte)'u')).ExtractMostSignificantBits(), hex.ExtractMostSignificantBits());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private EscapeBlock Then(EscapeBlock next, int bits) =>
        new(Codes | (next.Codes << bits), Unicode | (next.Unicode << bits), HexDigits | (next.HexDigits << bits));
}
