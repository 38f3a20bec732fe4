using System.Globalization;
using Tollgate.Limits;
using Tollgate.Redis.Scripts;

namespace Tollgate.Redis.Counters;

/// <summary>What the scripts are given.</summary>
/// <param name="redis">Where they run.</param>
/// <param name="keys">Names of counters.</param>
/// <param name="prelude">Put before each: tests bring a clock of their own.</param>
internal sealed class CounterScripts(IRedis redis, CounterKeys keys, string prelude = "")
{
    /// <summary>How long it is remembered that a reservation was settled. A settlement is repeated for a shorter time only.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromMinutes(2);

    /// <summary>Lua counts with 53 bits.</summary>
    private const long Most = 1L << 53;

    internal RedisScript Reserve { get; } = RedisScript.OfResources(prelude, "window.lua", "reserve.lua");

    internal RedisScript Settle { get; } = RedisScript.OfResources(prelude, "window.lua", "settle.lua");

    internal RedisScript Read { get; } = RedisScript.OfResources(prelude, "window.lua", "read.lua");

    /// <param name="id">Of the reservation.</param>
    /// <param name="claims">All claims of the request.</param>
    /// <param name="group">Those that this call is for.</param>
    /// <param name="isAlone">True: it has all of them. Else the script cannot see whether another claim of a pool has room, and leaves that to us.</param>
    /// <param name="timeToLive">Of the reservation.</param>
    internal ScriptCall ToReserve(ReservationId id, ReadOnlySpan<BucketClaim> claims, ClaimGroup group, bool isAlone, TimeSpan timeToLive)
    {
        var arguments = WithKeys(claims, group).Argument(Text(id)).Argument((long)timeToLive.TotalMilliseconds);
        foreach (var i in group.Indexes)
        {
            ref readonly var claim = ref claims[i];
            var isShadow = claim.IsShadow || (claim.Pool > 0 && !isAlone);
            Window(arguments, claim.Window).Argument(Bound(claim.Limit)).Argument(Bound(claim.Amount)).Argument(claim.Pool).Argument(isShadow ? 1 : 0);
        }

        return arguments.ToCall(redis);
    }

    internal ScriptCall ToSettle(ReservationId id, ReadOnlySpan<BucketClaim> claims, ClaimGroup group, ReadOnlySpan<long> used)
    {
        var arguments = WithKeys(claims, group).Argument(Text(id)).Argument((long)Memory.TotalMilliseconds);
        foreach (var i in group.Indexes) Window(arguments, claims[i].Window).Argument(Bound(used[i]));
        return arguments.ToCall(redis);
    }

    internal ScriptCall ToRead(in BucketId bucket, in CounterWindow window) =>
        Window(new ScriptArguments(2).Key(keys.Counts(bucket, window)).Key(keys.Holds(bucket, window)), window).ToCall(redis);

    private ScriptArguments WithKeys(ReadOnlySpan<BucketClaim> claims, ClaimGroup group)
    {
        var arguments = new ScriptArguments(group.Indexes.Count * 2);
        foreach (var i in group.Indexes) arguments.Key(keys.Counts(claims[i].Bucket, claims[i].Window)).Key(keys.Holds(claims[i].Bucket, claims[i].Window));
        return arguments;
    }

    private static ScriptArguments Window(ScriptArguments arguments, in CounterWindow window) => arguments.Argument(window.Seconds).Argument(window.IsSliding ? 1 : 0);

    private static string Text(ReservationId id) => string.Create(CultureInfo.InvariantCulture, $"{id.High:x}-{id.Low:x}");

    private static long Bound(long amount) => Math.Clamp(amount, 0, Most);
}
