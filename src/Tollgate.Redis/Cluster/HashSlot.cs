namespace Tollgate.Redis.Cluster;

/// <summary>Which of a cluster's 16,384 slots a key is in (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/).</summary>
internal static class HashSlot
{
    internal const int Count = 16_384;

    private const ushort Polynomial = 0x1021;
    private static readonly ushort[] Table = MakeTable();

    /// <summary>The slot of a key: of what stands between its first braces, if anything does, else of all of it.</summary>
    internal static int Of(ReadOnlySpan<byte> key)
    {
        var open = key.IndexOf((byte)'{');
        if (open >= 0 && key[(open + 1)..].IndexOf((byte)'}') is var length and > 0) key = key.Slice(open + 1, length);
        return Crc16(key) % Count;
    }

    // CRC16-XMODEM: polynomial 1021, nothing reflected, starting at 0.
    private static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        ushort crc = 0;
        foreach (var b in bytes) crc = (ushort)((crc << 8) ^ Table[(crc >> 8) ^ b]);
        return crc;
    }

    private static ushort[] MakeTable()
    {
        var table = new ushort[256];
        for (var i = 0; i < table.Length; i++)
        {
            var crc = (ushort)(i << 8);
            for (var bit = 0; bit < 8; bit++) crc = (ushort)((crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1);
            table[i] = crc;
        }

        return table;
    }
}
