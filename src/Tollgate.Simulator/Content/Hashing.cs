namespace Tollgate.Simulator.Content;

/// <summary>FNV-1a: a hash that stays the same from run to run, which <see cref="string.GetHashCode()"/> does not.</summary>
internal static class Hashing
{
    public static ulong Of(string text, int salt = 0)
    {
        var hash = 14695981039346656037UL ^ (uint)salt;
        foreach (var c in text) hash = (hash ^ c) * 1099511628211UL;
        return hash ^ (hash >> 29);
    }

    /// <summary>The next number of a row that starts anywhere (SplitMix64).</summary>
    public static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
