using System.Text.Json;
using Tollgate.Configuration;
using Tollgate.Limits.Reading;
using Tollgate.Limits.Rules;
using Tollgate.Model;

namespace Tollgate.Limits;

/// <summary>
/// What the admin port says at <c>/limits</c>: the limits in force with their fullest counters, and the fullest counters of all. Amounts are in
/// the limit's unit; money in US dollars.
/// </summary>
internal sealed class LimitsDocument
{
    /// <summary>Counters that are told of all limits together.</summary>
    private const int MostOfAll = 20;

    private readonly GatewayModel _model;
    private readonly Dictionary<(string Bucket, CounterWindow Window), FamilyReading> _families;
    private readonly LimitReader _reader;

    private LimitsDocument(GatewayModel model, IEnumerable<FamilyReading> families, LimitReader reader)
    {
        (_model, _reader) = (model, reader);
        _families = [];
        foreach (var family in families) _families[(family.Bucket, family.Window)] = family;
    }

    internal static async Task<LimitsDocument> ReadAsync(LimitReader reader, GatewayModel model, CancellationToken cancellation)
    {
        var shared = await reader.SharedAsync(model.Limits.Rules, cancellation).ConfigureAwait(false);
        return new LimitsDocument(model, reader.Local().Concat(shared), reader);
    }

    internal void Write(Utf8JsonWriter json)
    {
        var others = new Dictionary<(string Bucket, CounterWindow Window), FamilyReading>(_families);
        json.WriteStartObject();
        json.WriteStartArray("limits"u8);
        foreach (var rule in _model.Limits.Rules)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, rule.Name);
            LimitDump.Members(json, rule.Config);
            if (rule.IsQuota) json.WriteBoolean("quota"u8, value: true);
            if (others.Remove((rule.Bucket, rule.Window), out var family)) CounterJson.Members(json, family, rule.Limit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("others"u8); // of callers, and of limits that are in no configuration any more
        foreach (var family in others.Values)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, family.Bucket);
            json.WriteNumber("seconds"u8, family.Window.Seconds);
            if (family.Limit > 0) CounterJson.Amount(json, "limit", family.Limit, family.CountsMoney);
            CounterJson.Members(json, family, family.Limit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Fullest(json);
        json.WriteNumber("open_reservations"u8, _reader.OpenReservations);
        if (_reader.Unkept is > 0 and var unkept) json.WriteNumber("not_kept"u8, unkept);
        json.WriteEndObject();
    }

    private void Fullest(Utf8JsonWriter json)
    {
        var rules = new Dictionary<(string Bucket, CounterWindow Window), LimitRule>();
        foreach (var rule in _model.Limits.Rules) rules[(rule.Bucket, rule.Window)] = rule;
        var counters =
            from family in _families.Values
            let rule = rules.GetValueOrDefault((family.Bucket, family.Window))
            let limit = rule?.Limit ?? family.Limit
            where limit > 0
            from counter in family.Rest is { } rest ? family.Fullest.Add(rest) : family.Fullest
            where counter.Taken > 0
            orderby counter.Share(limit) descending
            select (family, rule, limit, counter);
        json.WriteStartArray("fullest"u8);
        foreach (var (family, rule, limit, counter) in counters.Take(MostOfAll))
        {
            var (name, counts) = Name(family, rule);
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            json.WriteString("counts"u8, counts);
            json.WriteString("subject"u8, counter.Subject);
            json.WriteNumber("seconds"u8, family.Window.Seconds);
            if (rule is { Config.Shadow: true }) json.WriteBoolean("shadow"u8, value: true);
            CounterJson.Amount(json, "limit", limit, family.CountsMoney);
            CounterJson.Amounts(json, counter, limit, family.CountsMoney);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static (string Name, string Counts) Name(FamilyReading family, LimitRule? rule)
    {
        if (rule is not null) return (rule.Name, rule.Config.Cost ?? CounterJson.Word(rule.Unit));
        var slash = family.Bucket.LastIndexOf('/');
        var unit = family.Bucket[(slash + 1)..];
        return (family.Bucket[..slash], Enum.TryParse<LimitUnit>(unit, ignoreCase: true, out var known) ? CounterJson.Word(known) : unit);
    }
}
