using Tollgate.Limits;

namespace Tollgate.Redis.Counters;

/// <summary>Claims of one request whose counters are at the same place: one script does them together.</summary>
/// <param name="Group">Of the keys, see <see cref="IRedis.GroupOf"/>.</param>
/// <param name="Indexes">Which claims, in the request's order.</param>
internal sealed record ClaimGroup(int Group, List<int> Indexes)
{
    /// <summary>The same claims give the same groups in the same order, so that a settlement finds what was reserved.</summary>
    internal static List<ClaimGroup> Of(IRedis redis, CounterKeys keys, ReadOnlySpan<BucketClaim> claims)
    {
        var groups = new List<ClaimGroup>(1);
        for (var i = 0; i < claims.Length; i++)
        {
            var place = redis.IsOnePlace ? 0 : redis.GroupOf(System.Text.Encoding.UTF8.GetBytes(keys.Counts(claims[i].Bucket, claims[i].Window)));
            var group = groups.Find(group => group.Group == place);
            if (group is null) groups.Add(group = new ClaimGroup(place, []));
            group.Indexes.Add(i);
        }

        return groups;
    }
}
