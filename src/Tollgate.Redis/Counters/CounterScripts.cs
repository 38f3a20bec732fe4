using System.Buffers.Text;
using System.Runtime.InteropServices;
using Tollgate.Limits;
using Tollgate.Redis.Scripts;

namespace Tollgate.Redis.Counters;

/// <summary>What the scripts are given.</summary>
/// <param name="keys">Names of counters.</param>
/// <param name="prelude">Put before each: tests bring a clock of their own.</param>
internal sealed class CounterScripts(CounterKeys keys, string prelude = "")
{
    /// <summary>How long it is remembered that a reservation was settled. A settlement is repeated for a shorter time only.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromMinutes(2);

    /// <summary>Lua counts with 53 bits.</summary>
    private const long Most = 1L << 53;

    internal RedisScript Reserve { get; } = RedisScript.OfResources(prelude, "window.lua", "settling.lua", "reserve.lua");

    internal RedisScript Settle { get; } = RedisScript.OfResources(prelude, "window.lua", "settling.lua", "settle.lua");

    internal RedisScript Read { get; } = RedisScript.OfResources(prelude, "window.lua", "read.lua");

    /// <param name="id">Of the reservation.</param>
    /// <param name="claims">All claims of the request.</param>
    /// <param name="group">Those that this call is for.</param>
    /// <param name="isAlone">True: it has all of them. Else the script cannot see whether another claim of a pool has room, and leaves that to us.</param>
    /// <param name="timeToLive">Of the reservation.</param>
    /// <param name="before">What is settled first, of the same group, in the order of <see cref="Sort"/>.</param>
    internal ScriptArguments ToReserve(ReservationId id, ReadOnlySpan<BucketClaim> claims, in ClaimGroup group, bool isAlone, TimeSpan timeToLive, ReadOnlySpan<Settlement> before)
    {
        var indexes = group.Indexes.Span;
        var arguments = ScriptArguments.Take((indexes.Length + Counters(before)) * 2, group.Group);
        foreach (var i in indexes) arguments.Raw(Name(claims[i]).Keys, 2);
        Keys(arguments, before);
        Id(arguments, id, 0).Argument((long)timeToLive.TotalMilliseconds).Argument(indexes.Length).Argument((long)Memory.TotalMilliseconds);
        foreach (var i in indexes)
        {
            ref readonly var claim = ref claims[i];
            var isShadow = claim.IsShadow || (claim.Pool > 0 && !isAlone);
            arguments.Raw(Name(claim).Window, 2).Argument(Bound(claim.Limit)).Argument(Bound(claim.Amount)).Argument(claim.Pool).Argument(isShadow ? 1 : 0);
        }

        return Amounts(arguments, before);
    }

    /// <param name="settlements">Of one group, in the order of <see cref="Sort"/>; one at least.</param>
    internal static ScriptArguments ToSettle(ReadOnlySpan<Settlement> settlements)
    {
        var arguments = Keys(ScriptArguments.Take(Counters(settlements) * 2, settlements[0].Counter.Group), settlements);
        return Amounts(arguments.Argument((long)Memory.TotalMilliseconds), settlements);
    }

    internal ScriptArguments ToRead(in BucketId bucket, in CounterWindow window)
    {
        var name = keys.Of(bucket, window);
        return ScriptArguments.Take(2, name.Group).Raw(name.Keys, 2).Raw(name.Window, 2);
    }

    /// <summary>Brings those of one counter together.</summary>
    internal static void Sort(List<Settlement> settlements)
    {
        var sorted = CollectionsMarshal.AsSpan(settlements);
        for (var i = 1; i < sorted.Length; i++)
        {
            // Most often all are of one counter, and nothing is moved.
            var end = i;
            while (end > 0 && sorted[end - 1].Counter != sorted[i].Counter) end--;
            if (end == 0 || end == i) continue;
            var one = sorted[i];
            sorted[end..i].CopyTo(sorted[(end + 1)..]);
            sorted[end] = one;
        }
    }

    private CounterName Name(in BucketClaim claim) => keys.Of(claim.Bucket, claim.Window);

    private static int Counters(ReadOnlySpan<Settlement> settlements)
    {
        var count = 0;
        for (var i = 0; i < settlements.Length; i += Same(settlements[i..])) count++;
        return count;
    }

    /// <summary>How many from the first on are of one counter.</summary>
    private static int Same(ReadOnlySpan<Settlement> settlements)
    {
        var count = 1;
        while (count < settlements.Length && settlements[count].Counter == settlements[0].Counter) count++;
        return count;
    }

    private static ScriptArguments Keys(ScriptArguments arguments, ReadOnlySpan<Settlement> settlements)
    {
        for (var i = 0; i < settlements.Length; i += Same(settlements[i..])) arguments.Raw(settlements[i].Counter.Keys, 2);
        return arguments;
    }

    private static ScriptArguments Amounts(ScriptArguments arguments, ReadOnlySpan<Settlement> settlements)
    {
        while (!settlements.IsEmpty)
        {
            var count = Same(settlements);
            arguments.Raw(settlements[0].Counter.Window, 2).Argument(count);
            foreach (ref readonly var one in settlements[..count]) Id(arguments, one.Id, one.Number).Argument(Bound(one.Used));
            settlements = settlements[count..];
        }

        return arguments;
    }

    /// <summary>Of a reservation, or, with a number, of one of its claims.</summary>
    private static ScriptArguments Id(ScriptArguments arguments, ReservationId id, int number)
    {
        Span<byte> text = stackalloc byte[48];
        Utf8Formatter.TryFormat(id.High, text, out var length, 'x');
        text[length++] = (byte)'-';
        Utf8Formatter.TryFormat(id.Low, text[length..], out var written, 'x');
        length += written;
        if (number == 0) return arguments.Argument(text[..length]);
        text[length++] = (byte)':';
        Utf8Formatter.TryFormat(number, text[length..], out written);
        return arguments.Argument(text[..(length + written)]);
    }

    private static long Bound(long amount) => Math.Clamp(amount, 0, Most);
}
