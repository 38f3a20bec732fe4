using System.Runtime.CompilerServices;

namespace Tollgate.Protocols.Json;

/// <summary>Tells which bytes backslashes escape, block by block: one at the end of a block escapes the first byte of the next.</summary>
/// <remarks>The arithmetic is simdjson's (https://arxiv.org/abs/1902.08318, section 3.1.1).</remarks>
internal struct EscapeCarry
{
    private const ulong OddBits = 0xAAAA_AAAA_AAAA_AAAA;

    private ulong _escaped;

    /// <summary>True: the next block's first byte is escaped.</summary>
    public readonly bool IsAny => _escaped != 0;

    /// <summary>The bytes that a backslash escapes: those behind an odd run of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next(ulong backslashes)
    {
        var escaping = backslashes & ~_escaped;
        var codes = (((escaping << 1) | OddBits) - escaping) ^ OddBits;
        var escaped = codes ^ (backslashes | _escaped);
        _escaped = (codes & backslashes) >> 63;
        return escaped;
    }
}
