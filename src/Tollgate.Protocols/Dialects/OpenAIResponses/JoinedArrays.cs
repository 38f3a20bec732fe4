using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>Several JSON arrays as one.</summary>
internal static class JoinedArrays
{
    /// <summary>Values as one array.</summary>
    public static RawJson Around(IReadOnlyList<RawJson> values)
    {
        var joined = new List<byte> { (byte)'[' };
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0) joined.Add((byte)',');
            joined.AddRange(values[i].Utf8.Span);
        }

        joined.Add((byte)']');
        return new RawJson(joined.ToArray());
    }

    /// <summary>The elements of all of them in order; the arrays are known to be valid.</summary>
    public static RawJson Of(IReadOnlyList<RawJson> arrays)
    {
        if (arrays.Count == 1) return arrays[0];
        var joined = new List<byte>();
        foreach (var array in arrays)
        {
            var inner = array.Utf8.Span.Trim(" \t\r\n"u8)[1..^1].Trim(" \t\r\n"u8);
            if (inner.IsEmpty) continue;
            joined.Add(joined.Count == 0 ? (byte)'[' : (byte)',');
            joined.AddRange(inner);
        }

        if (joined.Count == 0) joined.Add((byte)'[');
        joined.Add((byte)']');
        return new RawJson(joined.ToArray());
    }
}
