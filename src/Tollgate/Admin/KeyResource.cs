using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tollgate.Configuration;
using Tollgate.Keys;
using Tollgate.Model;
using Tollgate.Telemetry;

namespace Tollgate.Admin;

/// <summary><c>/admin/v1/keys</c>: keys that are made at run time. Each is shown once, when it is made.</summary>
internal sealed class KeyResource(KeyRoom room, KeyRing ring, ModelStore models, TimeProvider time, ILogger<KeyResource> logger)
{
    private const int Page = 1000;

    private static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    internal IAdminAnswer List(HttpContext context, Administrator who)
    {
        var query = context.Request.Query;
        var team = query["team"].ToString();
        var after = query["after"].ToString();
        var limit = int.TryParse(query["limit"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked is > 0 and < Page ? asked : Page;
        var found = room.Records.Keys.Values
            .Where(k => IsOf(who, k) && (team.Length == 0 || k.Team == team) && string.CompareOrdinal(k.Id, after) > 0)
            .OrderBy(k => k.Id, StringComparer.Ordinal).Take(limit + 1).ToList();
        return new AdminDocument(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("keys"u8);
            foreach (var key in found.Take(limit)) Write(json, key);
            json.WriteEndArray();
            json.WriteBoolean("more"u8, found.Count > limit);
            json.WriteEndObject();
        });
    }

    internal async Task<IAdminAnswer> CreateAsync(HttpContext context, Administrator who)
    {
        var (key, hash, hint) = KeyDraft.Make();
        var record = new KeyRecord { Id = KeyDraft.NewId(), Name = "", Sha256 = hash, Hint = hint, Created = time.GetUtcNow(), CreatedBy = who.Name };
        return await ChangeAsync(context, who, record, "made", key, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    internal IAdminAnswer Get(Administrator who, string id) => Find(who, id) is { } key ? Document(key) : AdminProblem.NotFound;

    internal async Task<IAdminAnswer> UpdateAsync(HttpContext context, Administrator who, string id)
    {
        if (Find(who, id) is not { } record) return AdminProblem.NotFound;
        if (AdminDocument.RefuseOther(context, record.Revision) is { } other) return other;
        return await ChangeAsync(context, who, record, "changed", null, StatusCodes.Status200OK).ConfigureAwait(false);
    }

    /// <summary>A new key for the same caller. With <c>overlap</c> the old one works on for that long, so that nobody is shut out.</summary>
    internal async Task<IAdminAnswer> RotateAsync(HttpContext context, Administrator who, string id)
    {
        if (Find(who, id) is not { } record) return AdminProblem.NotFound;
        if (AdminDocument.RefuseOther(context, record.Revision) is { } other) return other;
        var (fields, problem) = await FieldReader.ReadAsync(context).ConfigureAwait(false);
        if (fields is null) return problem!;
        using (fields)
        {
            var overlap = fields.Duration("overlap", LongestOverlap);
            if (fields.Complaint() is { } complaint) return complaint;
            var (key, hash, hint) = KeyDraft.Make();
            var former = overlap > TimeSpan.Zero ? new FormerKey(record.Sha256, time.GetUtcNow() + overlap) : null;
            return await StoreAsync(context, who, record with { Sha256 = hash, Hint = hint, Former = former, Revision = record.Revision + 1 }, "rotated", key, StatusCodes.Status200OK).ConfigureAwait(false);
        }
    }

    internal async Task<IAdminAnswer> DeleteAsync(HttpContext context, Administrator who, string id)
    {
        if (Find(who, id) is not { } record) return AdminProblem.NotFound;
        if (AdminDocument.RefuseOther(context, record.Revision) is { } other) return other;
        if (!await room.RemoveAsync(StoredKind.Key, id, record.Revision, context.RequestAborted).ConfigureAwait(false)) return AdminProblem.Conflict;
        Log.Audit(logger, who.Name, "deleted", "key", id, record.Name);
        return new AdminDocument(StatusCodes.Status204NoContent, null);
    }

    private async Task<IAdminAnswer> ChangeAsync(HttpContext context, Administrator who, KeyRecord record, string deed, string? key, int status)
    {
        var (fields, problem) = await FieldReader.ReadAsync(context).ConfigureAwait(false);
        if (fields is null) return problem!;
        using (fields)
        {
            var changed = new KeyDraft(who, models.Current.Config, room.Records, ring.Current.Groups, time.GetUtcNow()).Apply(record, fields);
            return fields.Complaint() is { } complaint ? complaint : await StoreAsync(context, who, changed, deed, key, status).ConfigureAwait(false);
        }
    }

    private async Task<IAdminAnswer> StoreAsync(HttpContext context, Administrator who, KeyRecord record, string deed, string? key, int status)
    {
        if (!await room.WriteAsync(new StoredRecord(StoredKind.Key, record.Id, record.Revision, RecordJson.Write(record)), context.RequestAborted).ConfigureAwait(false)) return AdminProblem.Conflict;
        Log.Audit(logger, who.Name, deed, "key", record.Id, record.Name);
        return Document(record, key, status);
    }

    private AdminDocument Document(KeyRecord record, string? key = null, int status = StatusCodes.Status200OK) => new(status, json => Write(json, record, key))
    {
        Revision = record.Revision,
        Location = status == StatusCodes.Status201Created ? "/admin/v1/keys/" + record.Id : null,
    };

    // What somebody does not manage is not there for them: a refusal would tell that it is.
    private KeyRecord? Find(Administrator who, string id) => room.Records.Keys.GetValueOrDefault(id) is { } key && IsOf(who, key) ? key : null;

    private bool IsOf(Administrator who, KeyRecord key) => who.Manages(key.Team, Organization(key));

    private string? Organization(KeyRecord key) => key.Team is { } team ? ring.Current.Groups.Team(team)?.Organization : null;

    private void Write(Utf8JsonWriter json, KeyRecord record, string? key = null)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, record.Id);
        RecordJson.Text(json, "key", key);
        json.WriteString("name"u8, record.Name);
        json.WriteString("hint"u8, record.Hint);
        RecordJson.Text(json, "team", record.Team);
        RecordJson.Text(json, "organization", Organization(record));
        RecordJson.Grant(json, record.Models, record.Providers, record.Allowances);
        RecordJson.Time(json, "expires", record.Expires);
        json.WriteBoolean("disabled"u8, record.Disabled);
        RecordJson.Time(json, "created", record.Created);
        json.WriteString("createdBy"u8, record.CreatedBy);
        if (record.Former is { } former && former.Until > time.GetUtcNow()) RecordJson.Time(json, "formerUntil", former.Until);
        json.WriteNumber("revision"u8, record.Revision);
        json.WriteEndObject();
    }
}
