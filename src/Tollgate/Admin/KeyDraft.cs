using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Tollgate.Authentication;
using Tollgate.Configuration;
using Tollgate.Keys;

namespace Tollgate.Admin;

/// <summary>Works out what a key becomes by the members of a body, and what forbids it.</summary>
internal sealed class KeyDraft(Administrator who, GatewayConfig config, KeyRecords records, Hierarchy groups, DateTimeOffset now)
{
    private const int Bytes = 32;

    /// <summary>A key that nobody has, its hash, and how people know it again.</summary>
    internal static (string Key, ImmutableArray<byte> Sha256, string Hint) Make()
    {
        var key = "tg-" + RandomNumberGenerator.GetHexString(Bytes * 2, lowercase: true);
        return (key, [.. SHA256.HashData(Encoding.ASCII.GetBytes(key))], $"{key[..7]}…{key[^4..]}");
    }

    internal static string NewId() => "key_" + RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>The record with the members of the body; its faults are in <paramref name="fields"/>.</summary>
    internal KeyRecord Apply(KeyRecord record, FieldReader fields)
    {
        var isNew = record.Revision == 0;
        var name = fields.Text("name", isNew ? null : record.Name);
        if (name is null) fields.Fault("name", "must be there: it names the caller in logs and reports");
        else if (IsTaken(name, record.Id)) fields.Fault("name", $"is taken: '{name}' has a key already; choose another, or rotate that key");
        var changed = record with
        {
            Name = name ?? "",
            Team = fields.Text("team", isNew ? who.Team : record.Team),
            Models = fields.Texts("models", record.Models),
            Providers = fields.Texts("providers", record.Providers),
            Allowances = fields.Allowances(record.Allowances),
            Expires = fields.Time("expires", record.Expires, now),
            Disabled = fields.Flag("disabled", record.Disabled),
            Revision = record.Revision + 1,
        };
        Check(changed, fields);
        return changed;
    }

    private void Check(KeyRecord key, FieldReader fields)
    {
        var team = key.Team is null ? null : groups.Team(key.Team);
        if (!who.Manages(key.Team, team?.Organization)) fields.Fault("team", who.Team is { } own ? $"must be '{own}', which is what you manage" : $"must be a team of '{who.Organization}', which is what you manage");
        else if (key.Team is not null && team is null) fields.Fault("team", $"has no '{key.Team}': make it first with POST /admin/v1/teams");
        GrantRules.CheckProviders(fields, key.Providers, config);
        var grant = new GroupConfig(key.Name) { Models = key.Models, Providers = key.Providers, Allowances = key.Allowances };
        GrantRules.Check(fields, grant, team, "team");
        GrantRules.Check(fields, grant, team?.Organization is { } organization ? groups.Organization(organization) : null, "organization");
    }

    // Reports go by name: two callers of one name would be one caller there.
    private bool IsTaken(string name, string id) =>
        config.Clients.Any(c => c.Name == name) || records.Keys.Values.Any(k => k.Name == name && k.Id != id);
}
