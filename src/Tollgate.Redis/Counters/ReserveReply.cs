using Tollgate.Limits;
using Tollgate.Redis.Connections;

namespace Tollgate.Redis.Counters;

/// <summary>What the script that reserves says.</summary>
internal static class ReserveReply
{
    private const int Head = 2;
    private const int PerClaim = 3;

    /// <summary>Reads it into the rooms of the group's claims. False: it is no such reply, so nobody knows.</summary>
    internal static bool TryRead(in RedisReply reply, in ClaimGroup group, ClaimRoom[] rooms, out bool isAdmitted, out bool isSettled)
    {
        var items = reply.Value.Items;
        var indexes = group.Indexes.Span;
        isAdmitted = isSettled = false;
        if (!reply.IsGood || items.Length != Head + (indexes.Length * PerClaim)) return false;
        (isAdmitted, isSettled) = (items[0].Integer == 1, items[1].Integer == 1);
        for (var i = 0; i < indexes.Length; i++)
        {
            var room = items.Slice(Head + (i * PerClaim), PerClaim);
            rooms[indexes[i]] = new ClaimRoom(room[0].Integer, TimeSpan.FromMilliseconds(room[1].Integer), room[2].Integer == 1);
        }

        return true;
    }

    internal static Admission ToAdmission(bool isAdmitted, ReadOnlySpan<BucketClaim> claims, ClaimRoom[] rooms)
    {
        var index = isAdmitted ? Verdicts.Tightest(claims, rooms) : Math.Max(0, Verdicts.Refusing(claims, rooms));
        return new Admission(isAdmitted, index, rooms[index].Remaining, rooms[index].Wait) { Rooms = rooms };
    }
}
