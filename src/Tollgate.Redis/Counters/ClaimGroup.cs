using Tollgate.Limits;

namespace Tollgate.Redis.Counters;

/// <summary>Claims of one request whose counters are at the same place: one script does them together.</summary>
/// <param name="Group">Of the keys, see <see cref="IRedis.GroupOf"/>.</param>
/// <param name="Indexes">Which claims, in the request's order.</param>
internal readonly record struct ClaimGroup(int Group, ReadOnlyMemory<int> Indexes)
{
    private static readonly int[] First = [.. Enumerable.Range(0, 64)];

    /// <summary>All claims, where they are at one place.</summary>
    internal static ClaimGroup All(int group, int count) => new(group, count <= First.Length ? First.AsMemory(0, count) : Enumerable.Range(0, count).ToArray());

    /// <summary>The same claims give the same groups in the same order, so that a settlement finds what was reserved.</summary>
    internal static List<ClaimGroup> Of(CounterKeys keys, ReadOnlySpan<BucketClaim> claims)
    {
        var groups = new List<(int Group, List<int> Indexes)>(1);
        for (var i = 0; i < claims.Length; i++)
        {
            var place = keys.Of(claims[i].Bucket, claims[i].Window).Group;
            var at = groups.FindIndex(group => group.Group == place);
            if (at < 0) groups.Add((place, [i]));
            else groups[at].Indexes.Add(i);
        }

        return groups.ConvertAll(group => new ClaimGroup(group.Group, group.Indexes.ToArray()));
    }
}
