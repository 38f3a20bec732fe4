using System.Globalization;
using System.Text;
using Tollgate.Redis.Resp;

namespace Tollgate.Redis.Cluster;

/// <summary>A node's word that a slot is elsewhere.</summary>
/// <param name="Slot">Which.</param>
/// <param name="EndPoint">Where; its host is empty when it is the host of the node that says so.</param>
/// <param name="IsAsk">True: for this command only, because the slot is being moved. False: from now on.</param>
internal readonly record struct Redirect(int Slot, RedisEndPoint EndPoint, bool IsAsk)
{
    /// <summary>Reads <c>MOVED 3999 127.0.0.1:6381</c> and <c>ASK 3999 127.0.0.1:6381</c>; null for everything else.</summary>
    internal static Redirect? Parse(in RespValue error)
    {
        var isAsk = error.IsErrorOf("ASK"u8);
        if (!isAsk && !error.IsErrorOf("MOVED"u8)) return null;

        var words = Encoding.UTF8.GetString(error.Bytes).Split(' ');
        if (words.Length < 3 || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var slot) || slot >= HashSlot.Count) return null;
        var colon = words[2].LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(words[2].AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return null;
        return new Redirect(slot, new RedisEndPoint(words[2][..colon], port), isAsk);
    }
}
