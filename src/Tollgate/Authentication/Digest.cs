using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Tollgate.Authentication;

/// <summary>SHA-256 of a key or a token, whole: two that begin alike are not taken for one another.</summary>
internal readonly record struct Digest(UInt128 First, UInt128 Second)
{
    private const int OnStack = 1024;

    /// <summary>Hashes a text as UTF-8, without allocation.</summary>
    internal static Digest Of(ReadOnlySpan<char> text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = null;
        var bytes = most <= OnStack ? stackalloc byte[OnStack] : rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
            return From(hash);
        }
        finally
        {
            if (rented is not null)
            {
                CryptographicOperations.ZeroMemory(rented);
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <param name="sha256">32 bytes.</param>
    internal static Digest From(ReadOnlySpan<byte> sha256) => new(MemoryMarshal.Read<UInt128>(sha256), MemoryMarshal.Read<UInt128>(sha256[16..]));

    /// <summary>Compares all of it, however much is alike.</summary>
    internal bool IsSameAs(Digest other)
    {
        var (a, b) = (this, other);
        return CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(new ReadOnlySpan<Digest>(in a)), MemoryMarshal.AsBytes(new ReadOnlySpan<Digest>(in b)));
    }
}
