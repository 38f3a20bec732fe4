using System.Buffers;
using Tollgate.Protocols.Usage;

namespace Tollgate.Pipeline;

/// <summary>Puts the cost into an answer that is relayed.</summary>
internal static class CostInsert
{
    /// <summary>Into a whole answer, in a rented buffer that may be replaced by a larger one. Gives the new length.</summary>
    internal static int Into(ref byte[] buffer, int length, decimal cost)
    {
        var place = CostMember.FindPlace(buffer.AsSpan(0, length));
        if (place < 0) return length;
        Span<byte> member = stackalloc byte[CostMember.MaxLength];
        var added = CostMember.Write(member, cost);
        if (length + added > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(length + added);
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        buffer.AsSpan(place, length - place).CopyTo(buffer.AsSpan(place + added));
        member[..added].CopyTo(buffer.AsSpan(place));
        return length + added;
    }
}
