using System.Buffers.Binary;
using System.IO.Compression;
using Tollgate.Protocols.Framing;

namespace Tollgate.Simulator.Content;

/// <summary>Small, real media files: a picture in one colour and a tone.</summary>
internal static class Media
{
    private const int SampleRate = 16_000;

    /// <summary>A PNG of 8 by 8 pixels whose colour depends on the text.</summary>
    public static byte[] Png(string text, int number)
    {
        const int Side = 8;
        var hash = Hashing.Of(text, number);
        var rows = new byte[Side * (1 + (Side * 3))];
        for (var i = 0; i < rows.Length; i++)
        {
            // Each row begins with its filter (0: none).
            var inRow = i % (1 + (Side * 3));
            rows[i] = inRow == 0 ? (byte)0 : (byte)(hash >> (8 * ((inRow - 1) % 3)));
        }

        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(rows);
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Chunk(file, "IHDR"u8, [0, 0, 0, Side, 0, 0, 0, Side, 8, 2, 0, 0, 0]);
        Chunk(file, "IDAT"u8, data.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>A WAV file, 16 bit mono: a tone whose height depends on the text, 50 ms for each of its tokens.</summary>
    public static byte[] Wav(string text)
    {
        var pcm = Pcm(text);
        var file = new byte[44 + pcm.Length];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), 36 + pcm.Length);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), SampleRate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(34), 16);
        "data"u8.CopyTo(file.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), pcm.Length);
        pcm.CopyTo(file.AsSpan(44));
        return file;
    }

    private static byte[] Pcm(string text)
    {
        var height = 220.0 + (Hashing.Of(text) % 440);
        var samples = Math.Clamp(TokenText.Count(text), 2, 100) * SampleRate / 20;
        var pcm = new byte[samples * 2];
        for (var i = 0; i < samples; i++)
        {
            var value = (short)(Math.Sin(i * height * 2 * Math.PI / SampleRate) * 8000);
            BinaryPrimitives.WriteInt16LittleEndian(pcm.AsSpan(i * 2), value);
        }

        return pcm;
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] body = [.. type, .. data];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(body));
        file.Write(number);
    }
}
