using System.Text.Json;
using Tollgate.Configuration;
using Tollgate.Limits.Local;
using Tollgate.Model;

namespace Tollgate.Limits;

/// <summary>
/// What the admin port says at <c>/limits</c>: the limits in force, and the fullest counters of each that this gateway keeps. Amounts are in
/// the limit's unit; money in US dollars.
/// </summary>
internal static class LimitsDocument
{
    /// <summary>Counters that are shown of a limit.</summary>
    private const int Most = 100;

    private const decimal BillionthsOfDollar = 1_000_000_000m;

    internal static void Write(Utf8JsonWriter json, GatewayModel model, LocalCounterStore store)
    {
        var families = Read(store);
        json.WriteStartObject();
        json.WriteStartArray("limits"u8);
        foreach (var rule in model.Limits.Rules)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, rule.Name);
            LimitDump.Members(json, rule.Config);
            if (rule.IsQuota) json.WriteBoolean("quota"u8, value: true);
            if (families.Remove((rule.Bucket, rule.Window), out var counters)) Counters(json, counters, rule.Limit, rule.Unit == LimitUnit.Money);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("others"u8); // of callers, and of limits that are in no configuration any more
        foreach (var ((name, window), counters) in families)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            json.WriteNumber("seconds"u8, window.Seconds);
            Counters(json, counters, null, name.EndsWith("/money", StringComparison.Ordinal));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("open_reservations"u8, store.OpenReservations);
        json.WriteEndObject();
    }

    private static Dictionary<(string Bucket, CounterWindow Window), Family> Read(LocalCounterStore store)
    {
        var families = new Dictionary<(string, CounterWindow), Family>();
        store.Read((name, family) => families[(name, family.Window)] = new Family(
            family.Count,
            [.. family.Buckets.OrderByDescending(bucket => bucket.Taken).Take(Most).Select(bucket => new Counter(bucket.Subject, bucket.Taken, bucket.Held))],
            family.Rest is { } rest ? new Counter("", rest.Taken, rest.Held) : null));
        return families;
    }

    private static void Counters(Utf8JsonWriter json, Family family, long? limit, bool isMoney)
    {
        json.WriteNumber("counters"u8, family.Count);
        json.WriteStartArray("fullest"u8);
        foreach (var counter in family.Fullest) Write(json, counter, limit, isMoney);
        json.WriteEndArray();
        if (family.Rest is not { } rest) return;
        json.WritePropertyName("rest"u8);
        Write(json, rest, limit, isMoney);
    }

    private static void Write(Utf8JsonWriter json, in Counter counter, long? limit, bool isMoney)
    {
        json.WriteStartObject();
        json.WriteString("subject"u8, counter.Subject);
        Amount(json, "used", counter.Taken - counter.Held, isMoney);
        Amount(json, "reserved", counter.Held, isMoney);
        if (limit is { } most) Amount(json, "remaining", Math.Max(0, most - counter.Taken), isMoney);
        json.WriteEndObject();
    }

    private static void Amount(Utf8JsonWriter json, string name, long amount, bool isMoney)
    {
        if (isMoney) json.WriteNumber(name, amount / BillionthsOfDollar);
        else json.WriteNumber(name, amount);
    }

    private readonly record struct Counter(string Subject, long Taken, long Held);

    private readonly record struct Family(int Count, Counter[] Fullest, Counter? Rest);
}
