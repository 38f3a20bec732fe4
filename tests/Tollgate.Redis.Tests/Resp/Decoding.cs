using System.Text;
using Tollgate.Redis.Resp;

namespace Tollgate.Redis.Tests.Resp;

/// <summary>Reads replies from bytes, and draws them as one line of text.</summary>
internal static class Decoding
{
    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>All replies in these parts, fed one after the other as a connection does it.</summary>
    internal static List<string> Read(RespLimits limits, params IEnumerable<byte[]> parts)
    {
        var decoder = new RespDecoder(limits);
        var replies = new List<string>();
        byte[] left = [];
        foreach (var part in parts)
        {
            left = [.. left, .. part];
            while (true)
            {
                var isWhole = decoder.TryRead(left, out var consumed, out var reply);
                left = left[consumed..];
                if (!isWhole) break;
                replies.Add(Draw(reply));
            }
        }

        return replies;
    }

    internal static string Draw(RespValue value) => value.Type switch
    {
        RespType.Array or RespType.Set or RespType.Push or RespType.Map => $"{value.Type}[{string.Join(' ', value.Items.ToArray().Select(Draw))}]",
        RespType.Null => "null",
        RespType.Boolean => value.Integer == 1 ? "true" : "false",
        RespType.Integer => value.ToString(),
        _ => $"{value.Type}:{value}",
    };
}
