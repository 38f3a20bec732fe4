using Tollgate.Limits;
using Tollgate.Redis.Connections;

namespace Tollgate.Redis.Counters;

/// <summary>What the script that reserves says.</summary>
internal static class ReserveReply
{
    private const int PerClaim = 3;

    /// <summary>Reads it into the rooms of the group's claims. False: it is no such reply, so nobody knows.</summary>
    internal static bool TryRead(in RedisReply reply, ClaimGroup group, ClaimRoom[] rooms, out bool isAdmitted)
    {
        var items = reply.Value.Items;
        isAdmitted = false;
        if (!reply.IsGood || items.Length != 1 + (group.Indexes.Count * PerClaim)) return false;
        isAdmitted = items[0].Integer == 1;
        for (var i = 0; i < group.Indexes.Count; i++)
        {
            var room = items.Slice(1 + (i * PerClaim), PerClaim);
            rooms[group.Indexes[i]] = new ClaimRoom(room[0].Integer, TimeSpan.FromMilliseconds(room[1].Integer), room[2].Integer == 1);
        }

        return true;
    }

    internal static Admission ToAdmission(bool isAdmitted, ReadOnlySpan<BucketClaim> claims, ClaimRoom[] rooms)
    {
        var index = isAdmitted ? Verdicts.Tightest(claims, rooms) : Math.Max(0, Verdicts.Refusing(claims, rooms));
        return new Admission(isAdmitted, index, rooms[index].Remaining, rooms[index].Wait) { Rooms = rooms };
    }
}
