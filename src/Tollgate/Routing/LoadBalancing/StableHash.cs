namespace Tollgate.Routing.LoadBalancing;

/// <summary>A hash that is the same in every process and on every machine, which <see cref="object.GetHashCode"/> is not. Not for secrets.</summary>
internal static class StableHash
{
    // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
    private const ulong Basis = 0xCBF29CE484222325;
    private const ulong Prime = 0x100000001B3;

    internal static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = Basis;
        foreach (var c in text) hash = (hash ^ c) * Prime;
        return Mix(hash, 0);
    }

    internal static ulong Of(ReadOnlySpan<byte> bytes, ulong seed = Basis)
    {
        var hash = seed;
        foreach (var b in bytes) hash = (hash ^ b) * Prime;
        return Mix(hash, 0);
    }

    /// <summary>Both in one, well stirred: the finalizer of splitmix64, https://prng.di.unimi.it/splitmix64.c.</summary>
    internal static ulong Mix(ulong a, ulong b)
    {
        var z = a + (b * 0x9E3779B97F4A7C15) + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>In (0, 1), never on its ends.</summary>
    internal static double ToUnit(ulong hash) => ((hash >> 12) + 0.5) / (1UL << 52);
}
