using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;
using Tollgate.Configuration.Values;
using Tollgate.Keys;
using Tollgate.Limits;
using Tollgate.Limits.Reading;
using Tollgate.Limits.Rules;
using Tollgate.Model;

namespace Tollgate.Admin;

/// <summary>
/// <c>/admin/v1/limits</c>: budgets and limits of keys, clients, teams and organisations, and for operators the limits of the configuration, with
/// what is used of them. Amounts are US dollars or whole numbers.
/// </summary>
internal sealed class LimitResource(KeyRoom room, KeyRing ring, ModelStore models, LimitReader reader)
{
    internal async Task<IAdminAnswer> ListAsync(Administrator who, CancellationToken cancellation)
    {
        List<OwnedRule> rules = [.. Owned(who)];
        if (who.IsOperator) rules.AddRange(models.Current.Limits.Rules.Select(rule => new OwnedRule(null, "", rule)));
        var families = new Dictionary<(string Bucket, CounterWindow Window), FamilyReading>();
        foreach (var family in reader.Local()) families[(family.Bucket, family.Window)] = family;
        foreach (var family in await reader.SharedAsync(rules.Select(owned => owned.Rule), cancellation).ConfigureAwait(false)) families[(family.Bucket, family.Window)] = family;
        return new AdminDocument(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("limits"u8);
            foreach (var owned in rules) Write(json, owned, families.GetValueOrDefault((owned.Rule.Bucket, owned.Rule.Window)));
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private IEnumerable<OwnedRule> Owned(Administrator who) =>
        from owner in Owners(who)
        from limit in owner.Allowances.ToLimits($"{owner.Noun}s.{owner.Id}", default)
        select new OwnedRule(owner.Noun, owner.Name, new LimitRule(limit, pool: 0, isQuota: false));

    private IEnumerable<(string Noun, string Id, string Name, ImmutableArray<Allowance> Allowances)> Owners(Administrator who)
    {
        var groups = ring.Current.Groups;
        foreach (var group in groups.Organizations.Where(g => who.Manages(null, g.Name)).OrderBy(g => g.Name, StringComparer.Ordinal)) yield return ("organization", group.Name, group.Name, group.Allowances);
        foreach (var group in groups.Teams.Where(g => who.Manages(g.Name, g.Organization)).OrderBy(g => g.Name, StringComparer.Ordinal)) yield return ("team", group.Name, group.Name, group.Allowances);
        foreach (var client in models.Current.Config.Clients.Where(c => who.Manages(c.Team, Organization(c.Team)))) yield return ("client", client.Name, client.Name, client.Allowances);
        foreach (var key in room.Records.Keys.Values.Where(k => who.Manages(k.Team, Organization(k.Team))).OrderBy(k => k.Name, StringComparer.Ordinal)) yield return ("key", key.Id, key.Name, key.Allowances);
    }

    private string? Organization(string? team) => team is null ? null : ring.Current.Groups.Team(team)?.Organization;

    private void Write(Utf8JsonWriter json, OwnedRule owned, FamilyReading? family)
    {
        var (rule, config) = (owned.Rule, owned.Rule.Config);
        var isMoney = config.Unit == LimitUnit.Money;
        json.WriteStartObject();
        json.WriteString("name"u8, config.Name);
        if (owned.Noun is { } noun) json.WriteString(noun, owned.Owner);
        json.WriteString("counts"u8, config.Cost ?? AllowanceUnits.Word(config.Unit));
        json.WriteNumber("limit"u8, config.Limit);
        json.WriteString("per"u8, config.Per.ToString().ToLowerInvariant());
        if (owned.Noun is null) Shape(json, config);
        json.WriteString("store"u8, reader.IsShared(rule) ? "shared"u8 : "local"u8);
        if (family is { IsKnown: false }) json.WriteBoolean("unavailable"u8, value: true);
        else if (config.By.IsEmpty) CounterJson.Amounts(json, family?.Sum ?? new CounterReading("", 0, reader.IsShared(rule) ? null : 0), rule.Limit, isMoney);
        else Keyed(json, rule, family);
        json.WriteEndObject();
    }

    /// <summary>Who is limited, and how: of those of the configuration alone, which can be by anything.</summary>
    private static void Shape(Utf8JsonWriter json, LimitConfig config)
    {
        json.WriteString("window"u8, config.Sliding ? "sliding"u8 : "fixed"u8);
        if (config.Shadow) json.WriteBoolean("shadow"u8, value: true);
        if (config.By.IsEmpty) return;
        json.WriteStartArray("by"u8);
        foreach (var key in config.By) json.WriteStringValue(LimitKeyText.Write(key));
        json.WriteEndArray();
    }

    /// <summary>What is used is the sum over all counters, what remains that of the fullest: the next request there has no more.</summary>
    private void Keyed(Utf8JsonWriter json, LimitRule rule, FamilyReading? family)
    {
        family ??= new FamilyReading(rule.Bucket, rule.Window, rule.Limit) { Sum = new CounterReading("", 0, reader.IsShared(rule) ? null : 0) };
        var fullest = family.Fullest.FirstOrDefault();
        CounterJson.Amount(json, "used", family.Sum.Taken - (family.Sum.Held ?? 0), family.CountsMoney);
        if (family.Sum.Held is { } held) CounterJson.Amount(json, "reserved", held, family.CountsMoney);
        CounterJson.Amount(json, "remaining", Math.Max(0, rule.Limit - fullest.Taken), family.CountsMoney);
        json.WriteNumber("share"u8, fullest.Share(rule.Limit));
        CounterJson.Members(json, family, rule.Limit);
    }

    /// <param name="Noun">What the owner is; null: the configuration itself.</param>
    /// <param name="Owner">Name of the owner.</param>
    /// <param name="Rule">The limit.</param>
    private readonly record struct OwnedRule(string? Noun, string Owner, LimitRule Rule);
}
