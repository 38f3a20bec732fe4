using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tollgate.Configuration;
using Tollgate.Keys;
using Tollgate.Model;
using Tollgate.Telemetry;

namespace Tollgate.Admin;

/// <summary><c>/admin/v1/teams</c> and <c>/admin/v1/organizations</c>. Those of the configuration are shown, and changed there.</summary>
internal sealed class GroupResource(KeyRoom room, KeyRing ring, ModelStore models, ILogger<GroupResource> logger)
{
    internal IAdminAnswer List(Administrator who, StoredKind kind)
    {
        var groups = All(kind).Where(g => Sees(who, kind, g)).OrderBy(g => g.Name, StringComparer.Ordinal).ToList();
        return new AdminDocument(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray(kind == StoredKind.Team ? "teams"u8 : "organizations"u8);
            foreach (var group in groups) Write(json, kind, group);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    internal IAdminAnswer Get(Administrator who, StoredKind kind, string name) => Find(who, kind, name) is { } group ? Document(kind, group, StatusCodes.Status200OK) : AdminProblem.NotFound;

    internal async Task<IAdminAnswer> CreateAsync(HttpContext context, Administrator who, StoredKind kind)
    {
        if (!MayMake(who, kind)) return Forbidden;
        var (fields, problem) = await FieldReader.ReadAsync(context).ConfigureAwait(false);
        if (fields is null) return problem!;
        using (fields)
        {
            var name = fields.Text("name", null);
            if (name is null) fields.Fault("name", "must be there");
            else if (All(kind).Any(g => g.Name == name)) fields.Fault("name", $"is taken: there is a {Noun(kind)} '{name}' already");
            return await StoreAsync(context, who, kind, new GroupConfig(name ?? "") { Organization = who.Organization }, 0, fields).ConfigureAwait(false);
        }
    }

    internal async Task<IAdminAnswer> UpdateAsync(HttpContext context, Administrator who, StoredKind kind, string name)
    {
        if (Find(who, kind, name) is not { } group) return AdminProblem.NotFound;
        if (!MayMake(who, kind)) return Forbidden;
        if (room.Records.Of(kind).GetValueOrDefault(name) is not { } record) return OfConfiguration;
        if (AdminDocument.RefuseOther(context, record.Revision) is { } other) return other;
        var (fields, problem) = await FieldReader.ReadAsync(context).ConfigureAwait(false);
        if (fields is null) return problem!;
        using (fields) return await StoreAsync(context, who, kind, group, record.Revision, fields).ConfigureAwait(false);
    }

    internal async Task<IAdminAnswer> DeleteAsync(HttpContext context, Administrator who, StoredKind kind, string name)
    {
        if (Find(who, kind, name) is null) return AdminProblem.NotFound;
        if (!MayMake(who, kind)) return Forbidden;
        if (room.Records.Of(kind).GetValueOrDefault(name) is not { } record) return OfConfiguration;
        if (AdminDocument.RefuseOther(context, record.Revision) is { } other) return other;
        var members = kind == StoredKind.Team ? room.Records.Keys.Values.Count(k => k.Team == name) : ring.Current.Groups.Teams.Count(t => t.Organization == name);
        if (members > 0) return new AdminProblem(StatusCodes.Status409Conflict, "in_use", $"the {Noun(kind)} has {members} {(kind == StoredKind.Team ? "keys" : "teams")}: delete or move them first");
        if (!await room.RemoveAsync(kind, name, record.Revision, context.RequestAborted).ConfigureAwait(false)) return AdminProblem.Conflict;
        Log.Audit(logger, who.Name, "deleted", Noun(kind), name, name);
        return new AdminDocument(StatusCodes.Status204NoContent, null);
    }

    private async Task<IAdminAnswer> StoreAsync(HttpContext context, Administrator who, StoredKind kind, GroupConfig group, long revision, FieldReader fields)
    {
        var changed = group with
        {
            Organization = kind == StoredKind.Team ? fields.Text("organization", group.Organization) : null,
            Models = fields.Texts("models", group.Models),
            Providers = fields.Texts("providers", group.Providers),
            Allowances = fields.Allowances(group.Allowances),
        };
        Check(who, kind, changed, fields);
        if (fields.Complaint() is { } complaint) return complaint;
        if (!await room.WriteAsync(new StoredRecord(kind, changed.Name, revision + 1, RecordJson.Write(changed)), context.RequestAborted).ConfigureAwait(false)) return AdminProblem.Conflict;
        Log.Audit(logger, who.Name, revision == 0 ? "made" : "changed", Noun(kind), changed.Name, changed.Name);
        return Document(kind, changed, revision == 0 ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private void Check(Administrator who, StoredKind kind, GroupConfig group, FieldReader fields)
    {
        var organization = group.Organization is null ? null : ring.Current.Groups.Organization(group.Organization);
        if (kind == StoredKind.Team && who.Organization is { } own && group.Organization != own) fields.Fault("organization", $"must be '{own}', which is what you manage");
        else if (group.Organization is not null && organization is null) fields.Fault("organization", $"has no '{group.Organization}': make it first with POST /admin/v1/organizations");
        GrantRules.CheckProviders(fields, group.Providers, models.Current.Config);
        GrantRules.Check(fields, group, organization, "organization");
    }

    private static AdminProblem Forbidden { get; } = new(StatusCodes.Status403Forbidden, "forbidden", "you manage its members, not what it may do: ask the operator of the gateway");

    private static AdminProblem OfConfiguration { get; } = new(StatusCodes.Status409Conflict, "of_configuration", "it is written in the configuration file: change it there");

    // Nobody widens what binds them: a team is made by who manages its organisation, an organisation by the operator.
    private static bool MayMake(Administrator who, StoredKind kind) => who.IsOperator || (kind == StoredKind.Team && who.Organization is not null);

    private static string Noun(StoredKind kind) => kind == StoredKind.Team ? "team" : "organization";

    private IEnumerable<GroupConfig> All(StoredKind kind) => kind == StoredKind.Team ? ring.Current.Groups.Teams : ring.Current.Groups.Organizations;

    private GroupConfig? Find(Administrator who, StoredKind kind, string name) =>
        (kind == StoredKind.Team ? ring.Current.Groups.Team(name) : ring.Current.Groups.Organization(name)) is { } group && Sees(who, kind, group) ? group : null;

    private static bool Sees(Administrator who, StoredKind kind, GroupConfig group) =>
        kind == StoredKind.Team ? who.Manages(group.Name, group.Organization) : who.Manages(null, group.Name);

    private AdminDocument Document(StoredKind kind, GroupConfig group, int status) => new(status, json => Write(json, kind, group))
    {
        Revision = room.Records.Of(kind).GetValueOrDefault(group.Name)?.Revision,
        Location = status == StatusCodes.Status201Created ? $"/admin/v1/{Noun(kind)}s/{Uri.EscapeDataString(group.Name)}" : null,
    };

    private void Write(Utf8JsonWriter json, StoredKind kind, GroupConfig group)
    {
        var record = room.Records.Of(kind).GetValueOrDefault(group.Name);
        json.WriteStartObject();
        json.WriteString("name"u8, group.Name);
        RecordJson.Text(json, "organization", group.Organization);
        RecordJson.Grant(json, group.Models, group.Providers, group.Allowances);
        json.WriteString("source"u8, record is null ? "configuration"u8 : "admin"u8);
        if (record is not null) json.WriteNumber("revision"u8, record.Revision);
        json.WriteEndObject();
    }
}
