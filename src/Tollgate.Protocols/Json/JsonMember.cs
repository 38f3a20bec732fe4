using System.Runtime.InteropServices;

namespace Tollgate.Protocols.Json;

/// <summary>Where a top-level member stands in a body. All offsets are in bytes from the body's start; ends are exclusive.</summary>
/// <param name="Ordinal">Which member of the object it is, from 0.</param>
/// <param name="NameStart">The name's opening quote.</param>
/// <param name="ValueStart">The value's first byte.</param>
/// <param name="ValueEnd">Just behind the value's last byte.</param>
/// <param name="PreviousEnd">The end of the previous member's value, or just behind the opening brace for the first member.</param>
/// <param name="NextStart">The <see cref="NameStart"/> of the next member, or -1 for the last one.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct JsonMember(int Ordinal, int NameStart, int ValueStart, int ValueEnd, int PreviousEnd, int NextStart)
{
    /// <summary>False for a name that the body does not have.</summary>
    public bool Exists => ValueEnd > 0;

    /// <summary>The value's bytes as they stand in the body; empty when the member does not exist.</summary>
    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> body) => body[ValueStart..ValueEnd];
}
