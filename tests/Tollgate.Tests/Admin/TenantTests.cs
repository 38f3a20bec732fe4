using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tollgate.Tests.Admin;

/// <summary>Who manages a team or an organisation sees and changes nothing of the others, and can give away no more than it has.</summary>
public sealed class TenantTests
{
    [Fact]
    public async Task What_belongs_to_others_is_not_there()
    {
        await using var admin = await AdminClient.StartAsync();
        var (mine, _) = await admin.MakeAsync("""{"name":"mine","team":"search"}""");
        var (others, _) = await admin.MakeAsync("""{"name":"others","team":"outside"}""");
        var (free, _) = await admin.MakeAsync("""{"name":"free"}""");
        foreach (var token in (string[])[AdminClient.Lead, AdminClient.Owner])
        {
            var (_, list, _) = await admin.SendAsync("GET", "keys", token: token);
            list.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("id").GetString()).ShouldBe([mine]);
            list.ToString().ShouldNotContain("others");
            (await admin.SendAsync("GET", "keys?team=outside", token: token)).Body.GetProperty("keys").GetArrayLength().ShouldBe(0);
            foreach (var id in (string[])[others, free, "key_unknown"])
            {
                (await admin.SendAsync("GET", "keys/" + id, token: token)).Status.ShouldBe(404);
                (await admin.SendAsync("PATCH", "keys/" + id, """{"disabled":true}""", token)).Status.ShouldBe(404);
                (await admin.SendAsync("POST", $"keys/{id}/rotate", "{}", token)).Status.ShouldBe(404);
                (await admin.SendAsync("DELETE", "keys/" + id, token: token)).Status.ShouldBe(404);
            }

            (await admin.SendAsync("GET", "teams", token: token)).Body.GetProperty("teams").EnumerateArray().Select(t => t.GetProperty("name").GetString()).ShouldBe(["search"]);
            (await admin.SendAsync("GET", "teams/outside", token: token)).Status.ShouldBe(404);
        }
    }

    [Fact]
    public async Task A_team_lead_makes_keys_of_the_team_alone()
    {
        await using var admin = await AdminClient.StartAsync();
        var (_, key) = await admin.MakeAsync("""{"name":"a"}""", AdminClient.Lead);
        (await admin.AskAsync(key, "gpt-5")).ShouldBe(403); // the team's bounds hold without being named
        foreach (var body in (string[])["""{"name":"b","team":"outside"}""", """{"name":"b","team":null}"""])
        {
            var (status, problem, _) = await admin.SendAsync("POST", "keys", body, AdminClient.Lead);
            status.ShouldBe(422);
            problem.GetProperty("detail").GetString()!.ShouldContain("must be 'search'");
        }
    }

    [Fact]
    public async Task Nobody_moves_a_key_out_of_what_they_manage()
    {
        await using var admin = await AdminClient.StartAsync();
        var (id, _) = await admin.MakeAsync("""{"name":"a"}""", AdminClient.Lead);
        (await admin.SendAsync("PATCH", "keys/" + id, """{"team":null}""", AdminClient.Lead)).Status.ShouldBe(422);
        (await admin.SendAsync("PATCH", "keys/" + id, """{"team":"outside"}""", AdminClient.Owner)).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Nobody_widens_what_binds_them()
    {
        await using var admin = await AdminClient.StartAsync();
        (await admin.SendAsync("POST", "organizations", """{"name":"mine"}""", AdminClient.Owner)).Status.ShouldBe(403);
        (await admin.SendAsync("PATCH", "organizations/acme", """{"budget":null}""", AdminClient.Owner)).Status.ShouldBe(403);
        (await admin.SendAsync("POST", "teams", """{"name":"mine"}""", AdminClient.Lead)).Status.ShouldBe(403);
        (await admin.SendAsync("PATCH", "teams/search", """{"budget":null}""", AdminClient.Lead)).Status.ShouldBe(403);
        (await admin.SendAsync("POST", "teams", """{"name":"mine","organization":null}""", AdminClient.Owner)).Status.ShouldBe(422);
        (await admin.SendAsync("POST", "teams", """{"name":"rich","budget":"1001/month"}""", AdminClient.Owner)).Status.ShouldBe(422);
        (await admin.SendAsync("POST", "teams", """{"name":"wide","models":["*"]}""", AdminClient.Owner)).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Teams_and_organisations_are_made_used_changed_and_removed()
    {
        await using var admin = await AdminClient.StartAsync();
        (await admin.SendAsync("POST", "organizations", """{"name":"globex","models":["gpt-*"]}""")).Status.ShouldBe(201);
        (await admin.SendAsync("POST", "teams", """{"name":"lab","organization":"globex"}""")).Status.ShouldBe(201);
        var (id, key) = await admin.MakeAsync("""{"name":"a","team":"lab"}""");
        (await admin.AskAsync(key, "gpt-5")).ShouldBe(200);
        (await admin.AskAsync(key, "claude")).ShouldBe(403);
        (await admin.SendAsync("PATCH", "organizations/globex", """{"models":["claude"]}""")).Status.ShouldBe(200);
        (await admin.AskAsync(key, "gpt-5")).ShouldBe(403);
        (await admin.AskAsync(key, "claude")).ShouldBe(200);
        (await admin.SendAsync("DELETE", "teams/lab")).Status.ShouldBe(409);
        (await admin.SendAsync("DELETE", "organizations/globex")).Status.ShouldBe(409);
        (await admin.SendAsync("DELETE", "keys/" + id)).Status.ShouldBe(204);
        (await admin.SendAsync("DELETE", "teams/lab")).Status.ShouldBe(204);
        (await admin.SendAsync("DELETE", "organizations/globex")).Status.ShouldBe(204);
    }

    [Fact]
    public async Task What_the_configuration_says_is_changed_there()
    {
        await using var admin = await AdminClient.StartAsync();
        (await admin.SendAsync("GET", "teams/search")).Body.GetProperty("source").GetString().ShouldBe("configuration");
        (await admin.SendAsync("PATCH", "teams/search", """{"budget":null}""")).Status.ShouldBe(409);
        (await admin.SendAsync("POST", "teams", """{"name":"search"}""")).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Every_change_is_told_to_the_log_with_who_made_it_and_without_the_key()
    {
        using var log = new Messages();
        await using var admin = await AdminClient.StartAsync(services: s => s.AddLogging(l => l.AddProvider(log)));
        var (id, key) = await admin.MakeAsync("""{"name":"a"}""", AdminClient.Lead);
        await admin.SendAsync("PATCH", "keys/" + id, """{"disabled":true}""");
        await admin.SendAsync("POST", $"keys/{id}/rotate");
        await admin.SendAsync("DELETE", "keys/" + id);
        log.Texts.Where(t => t.StartsWith("Audit", StringComparison.Ordinal)).ShouldBe([$"Audit: search-lead made key {id} (a)", $"Audit: operator changed key {id} (a)", $"Audit: operator rotated key {id} (a)", $"Audit: operator deleted key {id} (a)"]);
        string.Join('\n', log.Texts).ShouldNotContain(key[8..^5]);
        string.Join('\n', log.Texts).ShouldNotContain(AdminClient.Lead);
    }

    [Theory]
    [InlineData("PUT", "keys", 405)]
    [InlineData("DELETE", "keys", 405)]
    [InlineData("GET", "keys/key_1/rotate", 405)]
    [InlineData("GET", "nothing", 404)]
    [InlineData("GET", "teams/none", 404)]
    public async Task What_is_not_there_is_said(string method, string path, int status)
    {
        await using var admin = await AdminClient.StartAsync();
        (await admin.SendAsync(method, path)).Status.ShouldBe(status);
    }

    private sealed class Messages : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Texts { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Texts.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
