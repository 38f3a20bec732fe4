using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Admin;

/// <summary>Keys that are made, changed and taken back while the gateway runs.</summary>
public sealed class KeyApiTests
{
    [Fact]
    public async Task A_key_works_at_once_and_is_shown_once()
    {
        await using var admin = await AdminClient.StartAsync();
        var (status, made, response) = await admin.SendAsync("POST", "keys", """{"name":"indexer","team":"search","models":["gpt-4"],"budget":"50/month","limits":{"requests":["60/minute","1000/day"]},"expires":"2099-01-01"}""");
        status.ShouldBe(201);
        var key = made.GetProperty("key").GetString()!;
        var id = made.GetProperty("id").GetString()!;
        response.Headers.Location!.ToString().ShouldBe("/admin/v1/keys/" + id);
        made.GetProperty("hint").GetString().ShouldBe(key[..7] + "…" + key[^4..]);
        made.GetProperty("organization").GetString().ShouldBe("acme");
        made.GetProperty("budget")[0].GetString().ShouldBe("50/month");
        made.GetProperty("limits").GetProperty("requests").EnumerateArray().Select(l => l.GetString()).ShouldBe(["60/minute", "1000/day"]);
        (await admin.AskAsync(key)).ShouldBe(200);
        (await admin.AskAsync(key, "gpt-5")).ShouldBe(403);

        var (_, shown, _) = await admin.SendAsync("GET", "keys/" + id);
        var (_, list, _) = await admin.SendAsync("GET", "keys");
        foreach (var text in (string[])[shown.ToString(), list.ToString(), await admin.Gateway.Admin.GetStringAsync("/config"), await File.ReadAllTextAsync(Path.Combine(admin.Folder, "keys.json"))]) text.ShouldNotContain(key[8..^5]);
        var line = await admin.Gateway.LogLineAsync();
        line.GetProperty("client").GetString().ShouldBe("indexer");
        line.GetProperty("team").GetString().ShouldBe("search");
    }

    [Fact]
    public async Task Neither_a_key_nor_its_hash_is_in_an_error()
    {
        await using var admin = await AdminClient.StartAsync();
        var (id, key) = await admin.MakeAsync("""{"name":"a"}""");
        await admin.SendAsync("PATCH", "keys/" + id, """{"disabled":true}""");
        var hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(key)));
        foreach (var sent in (string[])[key, key + "x", "'; DROP TABLE keys; --", "../../etc/passwd"])
        {
            var (status, body, _) = await admin.Gateway.PostAsync(ErrorShape.OpenAI, "{\"model\":\"gpt-4\"}", ("authorization", "Bearer " + sent));
            status.ShouldBe(401);
            body.ShouldNotContain(sent);
            body.ShouldNotContain(hash, Case.Insensitive);
            body.ShouldNotContain(hash[..16], Case.Insensitive);
        }
    }

    [Fact]
    public async Task Once_there_are_keys_callers_need_one_even_when_the_last_is_deleted()
    {
        await using var admin = await AdminClient.StartAsync();
        (await admin.AskAsync("anything")).ShouldBe(200); // nothing said who may call, and only this machine can
        var (id, _) = await admin.MakeAsync("""{"name":"a"}""");
        (await admin.AskAsync("anything")).ShouldBe(401);
        (await admin.SendAsync("DELETE", "keys/" + id)).Status.ShouldBe(204);
        (await admin.AskAsync("anything")).ShouldBe(401);
    }

    [Fact]
    public async Task A_disabled_or_deleted_key_stops_at_once()
    {
        await using var admin = await AdminClient.StartAsync();
        var (id, key) = await admin.MakeAsync("""{"name":"a"}""");
        (await admin.AskAsync(key)).ShouldBe(200);
        (await admin.SendAsync("PATCH", "keys/" + id, """{"disabled":true}""")).Status.ShouldBe(200);
        (await admin.AskAsync(key)).ShouldBe(401);
        (await admin.SendAsync("PATCH", "keys/" + id, """{"disabled":false}""")).Status.ShouldBe(200);
        (await admin.AskAsync(key)).ShouldBe(200);
        (await admin.SendAsync("DELETE", "keys/" + id)).Status.ShouldBe(204);
        (await admin.AskAsync(key)).ShouldBe(401);
        (await admin.SendAsync("GET", "keys/" + id)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_rotation_without_overlap_ends_the_old_key_and_one_with_it_lets_both_work_for_a_while()
    {
        var time = new LongDay();
        await using var admin = await AdminClient.StartAsync(services: s => s.AddSingleton<TimeProvider>(time));
        var (id, first) = await admin.MakeAsync("""{"name":"a"}""");
        var second = (await admin.SendAsync("POST", $"keys/{id}/rotate")).Body.GetProperty("key").GetString()!;
        (await admin.AskAsync(first)).ShouldBe(401);
        (await admin.AskAsync(second)).ShouldBe(200);

        var third = (await admin.SendAsync("POST", $"keys/{id}/rotate", """{"overlap":"24h"}""")).Body.GetProperty("key").GetString()!;
        (await admin.AskAsync(second)).ShouldBe(200);
        (await admin.AskAsync(third)).ShouldBe(200);
        time.Advance(TimeSpan.FromHours(24));
        (await admin.AskAsync(second)).ShouldBe(401);
        (await admin.AskAsync(third)).ShouldBe(200);
    }

    [Fact]
    public async Task A_key_ends_when_it_expires()
    {
        var time = new LongDay();
        await using var admin = await AdminClient.StartAsync(services: s => s.AddSingleton<TimeProvider>(time));
        var (_, key) = await admin.MakeAsync("""{"name":"a","expires":"30d"}""");
        time.Advance(TimeSpan.FromHours(719));
        (await admin.AskAsync(key)).ShouldBe(200);
        time.Advance(TimeSpan.FromHours(1));
        (await admin.AskAsync(key)).ShouldBe(401);
    }

    [Fact]
    public async Task Keys_outlive_the_process()
    {
        string folder, key;
        await using (var admin = await AdminClient.StartAsync())
        {
            folder = admin.Folder;
            (_, key) = await admin.MakeAsync("""{"name":"a","team":"search"}""");
        }

        await using var again = await AdminClient.StartAsync(folder);
        (await again.AskAsync(key)).ShouldBe(200);
        (await again.AskAsync(key, "gpt-5")).ShouldBe(403);
    }

    [Fact]
    public async Task A_change_for_an_older_state_is_refused()
    {
        await using var admin = await AdminClient.StartAsync();
        var (id, _) = await admin.MakeAsync("""{"name":"a"}""");
        var etag = (await admin.SendAsync("GET", "keys/" + id)).Response.Headers.ETag!.ToString();
        (await admin.SendAsync("PATCH", "keys/" + id, """{"budget":"5/day"}""", ifMatch: etag)).Status.ShouldBe(200);
        (await admin.SendAsync("PATCH", "keys/" + id, """{"budget":"9/day"}""", ifMatch: etag)).Status.ShouldBe(412);
        (await admin.SendAsync("GET", "keys/" + id)).Body.GetProperty("budget")[0].GetString().ShouldBe("5/day");
    }

    [Theory]
    [InlineData("{}", "name", "must be there")]
    [InlineData("""{"name":"a\nb"}""", "name", "without control characters")]
    [InlineData("""{"name":"a","role":"admin"}""", "role", "is not known")]
    [InlineData("""{"name":"a","id":"key_1"}""", "id", "is not known")]
    [InlineData("""{"name":"a","createdBy":"me"}""", "createdBy", "is not known")]
    [InlineData("""{"name":"a","team":"nobodys"}""", "team", "has no 'nobodys'")]
    [InlineData("""{"name":"a","models":[]}""", "models", "1 to 200 names")]
    [InlineData("""{"name":"a","models":"gpt-4"}""", "models", "a list")]
    [InlineData("""{"name":"a","providers":["nothing"]}""", "providers", "no provider here")]
    [InlineData("""{"name":"a","budget":"50"}""", "budget", "such as 50/month")]
    [InlineData("""{"name":"a","budget":"-5/month"}""", "budget", "such as 50/month")]
    [InlineData("""{"name":"a","budget":["5/month","6/month"]}""", "budget", "two amounts")]
    [InlineData("""{"name":"a","limits":{"pages":"5/day"}}""", "limits.pages", "requests, tokens")]
    [InlineData("""{"name":"a","expires":"2001-01-01"}""", "expires", "a time to come")]
    [InlineData("""{"name":"a","disabled":"yes"}""", "disabled", "true or false")]
    [InlineData("""{"name":"a","team":"search","models":["gpt-*"]}""", "models", "the team 'search' may not ask for")]
    [InlineData("""{"name":"a","team":"search","providers":["other"]}""", "providers", "may not serve the team 'search'")]
    [InlineData("""{"name":"a","team":"search","budget":"201/month"}""", "budget", "at most 200/month")]
    [InlineData("""{"name":"a","team":"search","limits":{"requests":"601/minute"}}""", "limits.requests", "at most 600/minute")]
    public async Task A_mistake_is_named_by_its_field_with_the_mend(string body, string field, string detail)
    {
        await using var admin = await AdminClient.StartAsync();
        var (status, problem, response) = await admin.SendAsync("POST", "keys", body);
        status.ShouldBe(422);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        problem.GetProperty("errors").EnumerateArray().ShouldContain(e => e.GetProperty("field").GetString() == field && e.GetProperty("detail").GetString()!.Contains(detail));
        File.Exists(Path.Combine(admin.Folder, "keys.json")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"name":"a","name":"b"}""")]
    public async Task A_body_that_is_no_object_is_refused_without_being_quoted(string body)
    {
        await using var admin = await AdminClient.StartAsync();
        var (status, problem, _) = await admin.SendAsync("POST", "keys", body);
        status.ShouldBe(400);
        problem.GetProperty("detail").GetString().ShouldBe("the body must be a JSON object, each member once");
    }

    [Fact]
    public async Task A_name_belongs_to_one_key()
    {
        await using var admin = await AdminClient.StartAsync(more: "clients: { alice: { key: tg-alice-0123456789abcdef } }");
        await admin.MakeAsync("""{"name":"a"}""");
        (await admin.SendAsync("POST", "keys", """{"name":"a"}""")).Status.ShouldBe(422);
        (await admin.SendAsync("POST", "keys", """{"name":"alice"}""")).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Without_a_place_to_keep_it_no_key_is_made()
    {
        await using var admin = await AdminClient.StartAsync(more: "keyStore: \"off\"");
        var (status, problem, _) = await admin.SendAsync("POST", "keys", """{"name":"a"}""");
        status.ShouldBe(409);
        problem.GetProperty("detail").GetString()!.ShouldContain("keyStore: file:PATH");
        (await admin.SendAsync("GET", "keys")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_list_comes_in_pages()
    {
        await using var admin = await AdminClient.StartAsync();
        for (var i = 0; i < 5; i++) await admin.MakeAsync($$"""{"name":"k{{i}}"}""");
        var seen = new List<string>();
        var more = true;
        while (more)
        {
            var (_, page, _) = await admin.SendAsync("GET", $"keys?limit=2&after={seen.LastOrDefault()}");
            seen.AddRange(page.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("id").GetString()!));
            more = page.GetProperty("more").GetBoolean();
        }

        seen.Count.ShouldBe(5);
        seen.Distinct().Count().ShouldBe(5);
    }
}
