using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Tollgate.Protocols;

namespace Tollgate.Metering.Ledger;

/// <summary>
/// A line in the bytes of a slot. Texts are cut to what a slot holds, and the operator's own costs are left out: it is read only after the
/// process was killed.
/// </summary>
internal ref struct SlotRecord
{
    private const byte Version = 1;

    [ThreadStatic]
    private static KeptNames? t_names;

    private readonly Span<byte> _bytes;
    private int _at;

    private SlotRecord(Span<byte> bytes) => _bytes = bytes;

    /// <summary>Writes a line.</summary>
    /// <param name="entry">The line.</param>
    /// <param name="bytes">At least <see cref="SlotFile.LargestRecord"/>.</param>
    /// <returns>How many bytes it takes.</returns>
    internal static int Write(UsageEntry entry, Span<byte> bytes) => Write(entry.Values, bytes);

    /// <summary>The same of a line that is not one yet.</summary>
    internal static int Write(in LineDraft entry, Span<byte> bytes)
    {
        var record = new SlotRecord(bytes);
        record._bytes[record._at++] = Version;
        entry.Id.TryWriteBytes(record.Take(16));
        record.Long(entry.Part);
        record.Long(entry.Start.UtcTicks);
        record.Long(entry.Duration.Ticks);
        record.Long(entry.Status);
        record._bytes[record._at++] = entry.IsEstimated ? (byte)1 : (byte)0;
        record.Money(entry.Cost);
        record.Usage(entry.Usage);
        record.Text(entry.RequestId, 128);
        record.Names(entry);
        record.Text(entry.Error, 48);
        record.Text(entry.Usage.ServiceTier ?? "", 24);
        return record._at;
    }

    /// <summary>Reads a line; null when another version wrote it.</summary>
    internal static UsageEntry? Read(byte[] bytes)
    {
        var record = new SlotRecord(bytes);
        if (bytes.Length < 60 || record._bytes[record._at++] != Version) return null;
        var entry = new UsageEntry
        {
            Id = new Guid(record.Take(16)),
            RequestId = "",
            Part = (int)record.Long(),
            Start = new DateTimeOffset(record.Long(), TimeSpan.Zero),
            Duration = new TimeSpan(record.Long()),
            Status = (int)record.Long(),
            IsEstimated = record._bytes[record._at++] == 1,
            Cost = record.Money(),
        };
        var usage = record.Usage();
        entry = entry with
        {
            RequestId = record.Text(),
            Operation = record.Text(),
            Client = record.Text(),
            KeyId = record.Text(),
            Team = record.Text(),
            Organization = record.Text(),
            Model = record.Text(),
            ServedModel = record.Text(),
            Provider = record.Text(),
            Error = record.Text(),
        };
        if (record.Text() is { Length: > 0 } tier) usage.ServiceTier = tier;
        return entry with { Usage = usage };
    }

    private Span<byte> Take(int count)
    {
        _at += count;
        return _bytes.Slice(_at - count, count);
    }

    private void Long(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

    private long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    private void Number(long? value)
    {
        _bytes[_at++] = value is null ? (byte)0 : (byte)1;
        if (value is { } number) Long(number);
    }

    private long? Number() => _bytes[_at++] == 0 ? null : Long();

    private void Money(decimal? value)
    {
        _bytes[_at++] = value is null ? (byte)0 : (byte)1;
        if (value is not { } money) return;
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(money, parts);
        foreach (var part in parts) BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), part);
    }

    private decimal? Money()
    {
        if (_bytes[_at++] == 0) return null;
        Span<int> parts = stackalloc int[4];
        for (var i = 0; i < parts.Length; i++) parts[i] = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
        return new decimal(parts);
    }

    private void Usage(in TokenUsage usage)
    {
        Number(usage.Input);
        Number(usage.CachedInput);
        Number(usage.CacheCreation);
        Number(usage.CacheCreation1h);
        Number(usage.Output);
        Number(usage.Reasoning);
        Number(usage.AudioInput);
        Number(usage.AudioOutput);
        Number(usage.ImageInput);
        Number(usage.ImageOutput);
        Number(usage.Images);
        Number(usage.AudioSeconds is { } seconds ? BitConverter.DoubleToInt64Bits(seconds) : null);
        Number(usage.SearchUnits);
        Number(usage.WebSearches);
        Money(usage.ReportedCost);
    }

    private TokenUsage Usage() => new()
    {
        Input = Number(),
        CachedInput = Number(),
        CacheCreation = Number(),
        CacheCreation1h = Number(),
        Output = Number(),
        Reasoning = Number(),
        AudioInput = Number(),
        AudioOutput = Number(),
        ImageInput = Number(),
        ImageOutput = Number(),
        Images = Number(),
        AudioSeconds = Number() is { } bits ? BitConverter.Int64BitsToDouble(bits) : null,
        SearchUnits = Number(),
        WebSearches = Number(),
        ReportedCost = Money(),
    };

    private void Text(string text, int largest)
    {
        // Names are nearly all ASCII, and some are often empty. Of others whole characters only: what does not fit is left away.
        var room = _bytes.Slice(_at + 1, largest);
        var written = 0;
        if (text.Length > 0 && Ascii.FromUtf16(text, room, out written) != OperationStatus.Done) Utf8.FromUtf16(text, room, out _, out written);
        _bytes[_at] = (byte)written;
        _at += 1 + written;
    }

    /// <summary>Those of most requests are those of the one before, or of the same one when it began.</summary>
    private void Names(in LineDraft entry)
    {
        var kept = t_names ??= new KeptNames();
        if (!kept.Are(entry))
        {
            var start = _at;
            Text(entry.Operation, 32);
            Text(entry.Client, 64);
            Text(entry.KeyId, 64);
            Text(entry.Team, 64);
            Text(entry.Organization, 64);
            Text(entry.Model, 96);
            Text(entry.ServedModel, 96);
            Text(entry.Provider, 64);
            kept.Keep(entry, _bytes[start.._at]);
            return;
        }

        kept.Bytes.CopyTo(_bytes[_at..]);
        _at += kept.Bytes.Length;
    }

    private string Text() => Encoding.UTF8.GetString(Take(_bytes[_at++]));

    /// <summary>Names and their bytes. Texts are told apart by where they are: a name that is made anew for each request is written anew.</summary>
    private sealed class KeptNames
    {
        private readonly byte[] _bytes = new byte[SlotFile.LargestRecord];
        private Names _names;
        private int _length = -1;

        internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

        internal bool Are(in LineDraft entry) =>
            _length >= 0
            && ReferenceEquals(_names.Model, entry.Model)
            && ReferenceEquals(_names.ServedModel, entry.ServedModel)
            && ReferenceEquals(_names.Client, entry.Client)
            && ReferenceEquals(_names.KeyId, entry.KeyId)
            && ReferenceEquals(_names.Provider, entry.Provider)
            && ReferenceEquals(_names.Operation, entry.Operation)
            && ReferenceEquals(_names.Team, entry.Team)
            && ReferenceEquals(_names.Organization, entry.Organization);

        internal void Keep(in LineDraft entry, ReadOnlySpan<byte> bytes)
        {
            _names = new Names(entry.Operation, entry.Client, entry.KeyId, entry.Team, entry.Organization, entry.Model, entry.ServedModel, entry.Provider);
            bytes.CopyTo(_bytes);
            _length = bytes.Length;
        }

        private readonly record struct Names(string Operation, string Client, string KeyId, string Team, string Organization, string Model, string ServedModel, string Provider);
    }
}
