using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Tollgate.Configuration;

namespace Tollgate.Keys;

/// <summary>Records as stores hold them.</summary>
internal static class RecordJson
{
    internal static ReadOnlyMemory<byte> Write(KeyRecord key) => Write(json =>
    {
        json.WriteString("name"u8, key.Name);
        json.WriteString("sha256"u8, Convert.ToHexStringLower(key.Sha256.AsSpan()));
        json.WriteString("hint"u8, key.Hint);
        Text(json, "team", key.Team);
        Grant(json, key.Models, key.Providers, key.Allowances);
        Time(json, "expires", key.Expires);
        if (key.Disabled) json.WriteBoolean("disabled"u8, true);
        Time(json, "created", key.Created);
        json.WriteString("createdBy"u8, key.CreatedBy);
        if (key.Former is not { } former) return;
        json.WriteString("formerSha256"u8, Convert.ToHexStringLower(former.Sha256.AsSpan()));
        Time(json, "formerUntil", former.Until);
    });

    internal static ReadOnlyMemory<byte> Write(GroupConfig group) => Write(json =>
    {
        Text(json, "organization", group.Organization);
        Grant(json, group.Models, group.Providers, group.Allowances);
    });

    /// <exception cref="FormatException">It is not what was written.</exception>
    internal static KeyRecord ReadKey(StoredRecord record) => Read(record, root => new KeyRecord
    {
        Id = record.Id,
        Name = root.GetProperty("name"u8).GetString()!,
        Sha256 = [.. Convert.FromHexString(root.GetProperty("sha256"u8).GetString()!)],
        Hint = root.GetProperty("hint"u8).GetString()!,
        Team = Text(root, "team"),
        Models = Texts(root, "models"),
        Providers = Texts(root, "providers"),
        Allowances = Allowances(root),
        Expires = Time(root, "expires"),
        Disabled = root.TryGetProperty("disabled"u8, out var disabled) && disabled.GetBoolean(),
        Created = Time(root, "created") ?? default,
        CreatedBy = root.GetProperty("createdBy"u8).GetString()!,
        Former = Text(root, "formerSha256") is { } former ? new FormerKey([.. Convert.FromHexString(former)], Time(root, "formerUntil") ?? default) : null,
        Revision = record.Revision,
    });

    /// <exception cref="FormatException">It is not what was written.</exception>
    internal static GroupRecord ReadGroup(StoredRecord record) => Read(record, root => new GroupRecord(
        new GroupConfig(record.Id)
        {
            Organization = Text(root, "organization"),
            Models = Texts(root, "models"),
            Providers = Texts(root, "providers"),
            Allowances = Allowances(root),
        },
        record.Revision));

    /// <summary>Writes models, providers, budget and limits.</summary>
    internal static void Grant(Utf8JsonWriter json, ImmutableArray<string> models, ImmutableArray<string> providers, ImmutableArray<Allowance> allowances)
    {
        if (!models.IsEmpty) Texts(json, "models", models);
        if (!providers.IsEmpty) Texts(json, "providers", providers);
        var budget = allowances.Where(a => a.Unit == LimitUnit.Money).Select(a => a.Text).ToList();
        if (budget.Count > 0) Texts(json, "budget", budget);
        if (budget.Count == allowances.Length) return;
        json.WriteStartObject("limits"u8);
        foreach (var unit in allowances.Where(a => a.Unit != LimitUnit.Money).GroupBy(a => a.Unit)) Texts(json, AllowanceUnits.Word(unit.Key), unit.Select(a => a.Text));
        json.WriteEndObject();
    }

    internal static void Time(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known) json.WriteString(name, known.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
    }

    internal static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null) json.WriteString(name, text);
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static T Read<T>(StoredRecord record, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(record.Json);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"the record of {record.Kind} {record.Id} cannot be read", e);
        }
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static ImmutableArray<string> Texts(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : [];

    private static DateTimeOffset? Time(JsonElement root, string name) =>
        Text(root, name) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) : null;

    private static ImmutableArray<Allowance> Allowances(JsonElement root)
    {
        var result = ImmutableArray.CreateBuilder<Allowance>();
        foreach (var text in Texts(root, "budget")) result.Add(Allowance.Parse(LimitUnit.Money, text) ?? throw new FormatException("a budget cannot be read"));
        if (!root.TryGetProperty("limits"u8, out var limits)) return result.ToImmutable();
        foreach (var (word, unit) in AllowanceUnits.Counted)
        {
            foreach (var text in Texts(limits, word)) result.Add(Allowance.Parse(unit, text) ?? throw new FormatException("a limit cannot be read"));
        }

        return result.ToImmutable();
    }
}
