using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;
using Tollgate.Keys;
using Tollgate.Limits;
using Tollgate.Limits.Local;
using Tollgate.Limits.Rules;
using Tollgate.Model;

namespace Tollgate.Admin;

/// <summary>
/// <c>/admin/v1/limits</c>: budgets and limits of keys, clients, teams and organisations, with what is used of them. Amounts are US dollars or
/// whole numbers; what is used is what this gateway has counted.
/// </summary>
internal sealed class LimitResource(KeyRoom room, KeyRing ring, ModelStore models, LocalCounterStore counters)
{
    private const decimal BillionthsOfDollar = 1_000_000_000m;

    internal IAdminAnswer List(Administrator who)
    {
        var owners = Owners(who).ToList();
        var used = Used();
        return new AdminDocument(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("limits"u8);
            foreach (var (noun, id, name, allowances) in owners)
            {
                foreach (var limit in allowances.ToLimits($"{noun}s.{id}", default)) Write(json, noun, name, limit, used);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private IEnumerable<(string Noun, string Id, string Name, ImmutableArray<Allowance> Allowances)> Owners(Administrator who)
    {
        var groups = ring.Current.Groups;
        foreach (var group in groups.Organizations.Where(g => who.Manages(null, g.Name)).OrderBy(g => g.Name, StringComparer.Ordinal)) yield return ("organization", group.Name, group.Name, group.Allowances);
        foreach (var group in groups.Teams.Where(g => who.Manages(g.Name, g.Organization)).OrderBy(g => g.Name, StringComparer.Ordinal)) yield return ("team", group.Name, group.Name, group.Allowances);
        foreach (var client in models.Current.Config.Clients.Where(c => who.Manages(c.Team, Organization(c.Team)))) yield return ("client", client.Name, client.Name, client.Allowances);
        foreach (var key in room.Records.Keys.Values.Where(k => who.Manages(k.Team, Organization(k.Team))).OrderBy(k => k.Name, StringComparer.Ordinal)) yield return ("key", key.Id, key.Name, key.Allowances);
    }

    private string? Organization(string? team) => team is null ? null : ring.Current.Groups.Team(team)?.Organization;

    private Dictionary<(string Bucket, CounterWindow Window), (long Taken, long Held)> Used()
    {
        var used = new Dictionary<(string, CounterWindow), (long, long)>();
        counters.Read((name, family) => used[(name, family.Window)] = (family.Buckets.Sum(b => b.Taken), family.Buckets.Sum(b => b.Held)));
        return used;
    }

    private static void Write(Utf8JsonWriter json, string noun, string owner, LimitConfig limit, Dictionary<(string Bucket, CounterWindow Window), (long Taken, long Held)> used)
    {
        var rule = new LimitRule(limit, pool: 0, isQuota: false);
        var (taken, held) = used.GetValueOrDefault((rule.Bucket, rule.Window));
        json.WriteStartObject();
        json.WriteString("name"u8, limit.Name);
        json.WriteString(noun, owner);
        json.WriteString("counts"u8, AllowanceUnits.Word(limit.Unit));
        json.WriteNumber("limit"u8, limit.Limit);
        json.WriteString("per"u8, limit.Per.ToString().ToLowerInvariant());
        Amount(json, "used", taken - held, limit.Unit);
        Amount(json, "reserved", held, limit.Unit);
        Amount(json, "remaining", Math.Max(0, rule.Limit - taken), limit.Unit);
        json.WriteEndObject();
    }

    private static void Amount(Utf8JsonWriter json, string name, long amount, LimitUnit unit)
    {
        if (unit == LimitUnit.Money) json.WriteNumber(name, amount / BillionthsOfDollar);
        else json.WriteNumber(name, amount);
    }
}
