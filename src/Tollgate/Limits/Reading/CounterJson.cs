using System.Text.Json;
using Tollgate.Configuration;

namespace Tollgate.Limits.Reading;

/// <summary>What counters said, as JSON. Amounts are in the limit's unit; money in US dollars.</summary>
internal static class CounterJson
{
    private const decimal BillionthsOfDollar = 1_000_000_000m;

    /// <summary><c>counters</c>, <c>fullest</c> and <c>rest</c>; of a store that could not be asked <c>unavailable</c>.</summary>
    internal static void Members(Utf8JsonWriter json, FamilyReading family, long limit)
    {
        if (!family.IsKnown)
        {
            json.WriteBoolean("unavailable"u8, value: true);
            return;
        }

        json.WriteNumber("counters"u8, family.Count);
        json.WriteStartArray("fullest"u8);
        foreach (var counter in family.Fullest)
        {
            json.WriteStartObject();
            json.WriteString("subject"u8, counter.Subject);
            Amounts(json, counter, limit, family.CountsMoney);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (family.Rest is not { } rest) return;
        json.WriteStartObject("rest"u8);
        Amounts(json, rest, limit, family.CountsMoney);
        json.WriteEndObject();
    }

    /// <summary><c>used</c>, <c>reserved</c> where it is known apart, <c>remaining</c> and <c>share</c> where the limit is known.</summary>
    internal static void Amounts(Utf8JsonWriter json, in CounterReading counter, long limit, bool isMoney)
    {
        Amount(json, "used", counter.Taken - (counter.Held ?? 0), isMoney);
        if (counter.Held is { } held) Amount(json, "reserved", held, isMoney);
        if (limit <= 0) return;
        Amount(json, "remaining", Math.Max(0, limit - counter.Taken), isMoney);
        json.WriteNumber("share"u8, counter.Share(limit));
    }

    internal static void Amount(Utf8JsonWriter json, string name, long amount, bool isMoney)
    {
        if (isMoney) json.WriteNumber(name, amount / BillionthsOfDollar);
        else json.WriteNumber(name, amount);
    }

    /// <summary>What is counted, in the configuration's words.</summary>
    internal static string Word(LimitUnit unit)
    {
        var word = unit.ToString();
        return char.ToLowerInvariant(word[0]) + word[1..];
    }
}
