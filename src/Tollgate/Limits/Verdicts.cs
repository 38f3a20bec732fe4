namespace Tollgate.Limits;

/// <summary>What the rooms of a request's claims mean together.</summary>
internal static class Verdicts
{
    /// <summary>Index of the claim that refuses the request: of several the one that has room last; -1 when none does.</summary>
    internal static int Refusing(ReadOnlySpan<BucketClaim> claims, ReadOnlySpan<ClaimRoom> rooms)
    {
        var refusing = -1;
        for (var i = 0; i < claims.Length; i++)
        {
            if (!rooms[i].IsExceeded || claims[i].IsShadow) continue;
            var first = claims[i].Pool == 0 ? i : FirstOfPool(claims, rooms, claims[i].Pool);
            if (first >= 0 && (refusing < 0 || rooms[first].Wait > rooms[refusing].Wait)) refusing = first;
        }

        return refusing;
    }

    /// <summary>Index of the claim with the least left; one in shadow mode only when there is no other.</summary>
    internal static int Tightest(ReadOnlySpan<BucketClaim> claims, ReadOnlySpan<ClaimRoom> rooms)
    {
        var tightest = 0;
        for (var i = 1; i < claims.Length; i++)
        {
            var (own, best) = (claims[i].IsShadow, claims[tightest].IsShadow);
            if (own == best ? rooms[i].Remaining < rooms[tightest].Remaining : best) tightest = i;
        }

        return tightest;
    }

    /// <summary>Of a pool in which nothing has room, what has room first; -1 when something has.</summary>
    private static int FirstOfPool(ReadOnlySpan<BucketClaim> claims, ReadOnlySpan<ClaimRoom> rooms, int pool)
    {
        var first = -1;
        for (var i = 0; i < claims.Length; i++)
        {
            if (claims[i].Pool != pool || claims[i].IsShadow) continue;
            if (!rooms[i].IsExceeded) return -1;
            if (first < 0 || rooms[i].Wait < rooms[first].Wait) first = i;
        }

        return first;
    }
}
