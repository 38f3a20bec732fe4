using System.Buffers;
using System.Text.Json;
using Tollgate.Hosting;

namespace Tollgate.Keys;

/// <summary>
/// Keys in one JSON file that only its owner can read. A change writes the whole file anew beside it and renames, so that a crash leaves the
/// one or the other. Gateways of one machine can share it: a lock file lets one write at a time, and the others see that it changed.
/// </summary>
internal sealed class FileKeyStore(string path, TimeProvider time) : IKeyStore
{
    private const int MostRecords = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private (DateTime Written, long Length) _stamp;

    public async ValueTask<IReadOnlyList<StoredRecord>?> LoadAsync(CancellationToken cancellationToken)
    {
        _stamp = Stamp();
        return _stamp == default ? null : Parse(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
    }

    public ValueTask<bool> WriteAsync(StoredRecord record, CancellationToken cancellationToken) => ChangeAsync(record.Kind, record.Id, record.Revision - 1, record, cancellationToken);

    public ValueTask<bool> RemoveAsync(StoredKind kind, string id, long revision, CancellationToken cancellationToken) => ChangeAsync(kind, id, revision, null, cancellationToken);

    public async Task ChangedAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            if (Stamp() != _stamp) return;
        }
    }

    public ValueTask DisposeAsync() => default;

    private async ValueTask<bool> ChangeAsync(StoredKind kind, string id, long before, StoredRecord? after, CancellationToken cancellationToken)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder) new StateDirectory(folder).PathOf("");
        using var locked = await LockAsync(cancellationToken).ConfigureAwait(false);
        var records = (await LoadAsync(cancellationToken).ConfigureAwait(false) ?? []).ToList();
        var at = records.FindIndex(r => r.Kind == kind && r.Id == id);
        if ((at < 0 ? 0 : records[at].Revision) != before) return false;
        if (at >= 0) records.RemoveAt(at);
        if (after is not null) records.Add(after);
        if (records.Count > MostRecords) throw new IOException($"a file holds at most {MostRecords} keys and teams: set keyStore to a database");
        Replace(records);
        return true;
    }

    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
        while (true)
        {
            try
            {
                return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException) when (!limit.IsCancellationRequested && Directory.Exists(Path.GetDirectoryName(path)))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Replace(List<StoredRecord> records)
    {
        var fresh = path + ".new";
        File.Delete(fresh); // left behind by a crash
        using (var file = new FileStream(fresh, StateDirectory.NewPrivateFile()))
        {
            file.Write(Bytes(records));
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
        _stamp = Stamp();
    }

    private (DateTime Written, long Length) Stamp() => new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;

    private static ReadOnlySpan<byte> Bytes(List<StoredRecord> records)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, 1);
            json.WriteStartArray("records"u8);
            foreach (var record in records)
            {
                json.WriteStartObject();
                json.WriteString("kind"u8, record.Kind.ToString());
                json.WriteString("id"u8, record.Id);
                json.WriteNumber("revision"u8, record.Revision);
                json.WritePropertyName("value"u8);
                json.WriteRawValue(record.Json.Span);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    private List<StoredRecord> Parse(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (root.GetProperty("version"u8).GetInt32() != 1) throw new FormatException("it is of a later version");
            return [.. root.GetProperty("records"u8).EnumerateArray().Select(Parse)];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new IOException($"the file of keys {path} cannot be read: {e.Message}. Put back a good copy, or move it away", e);
        }
    }

    private static StoredRecord Parse(JsonElement record) => new(
        Enum.TryParse<StoredKind>(record.GetProperty("kind"u8).GetString(), out var kind) ? kind : throw new FormatException("a record is of no kind"),
        record.GetProperty("id"u8).GetString()!,
        record.GetProperty("revision"u8).GetInt64(),
        System.Text.Encoding.UTF8.GetBytes(record.GetProperty("value"u8).GetRawText()));
}
