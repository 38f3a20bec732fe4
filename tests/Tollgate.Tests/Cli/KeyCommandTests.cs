using System.Net.Http.Headers;
using System.Text.Json;

namespace Tollgate.Tests.Cli;

/// <summary>Keys of a running gateway, from the command line.</summary>
public sealed class KeyCommandTests : IDisposable
{
    private static readonly Dictionary<string, string> FreePorts = new() { ["TOLLGATE_LISTEN"] = "127.0.0.1:0", ["TOLLGATE_ADMIN"] = "127.0.0.1:0" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_key_is_made_listed_rotated_disabled_and_deleted_without_naming_a_token()
    {
        await using var run = CommandRun.Start(_folder.FullName, FreePorts, "run");
        var address = await run.LineAsync("Listening on ");
        var admin = await run.LineAsync("Metrics, health and configuration on ");

        var made = await KeysAsync(admin, "create", "indexer", "--model", "gpt-*", "--budget", "50/month", "--requests", "60/minute", "--expires", "90d");
        made.Code.ShouldBe(0, made.Errors);
        var first = made.Output.Trim().Split('\n')[^1].Trim();
        (await AskAsync(address, first)).ShouldBe(200);

        var list = await KeysAsync(admin, "list");
        list.Output.ShouldContain("indexer");
        list.Output.ShouldContain("$50/month, 60 requests/minute");
        list.Output.ShouldNotContain(first);
        JsonDocument.Parse((await KeysAsync(admin, "list", "--json")).Output).RootElement.GetArrayLength().ShouldBe(1);

        var second = (await KeysAsync(admin, "rotate", "indexer", "--overlap", "1h")).Output.Trim().Split('\n')[^1].Trim();
        (await AskAsync(address, first)).ShouldBe(200);
        (await AskAsync(address, second)).ShouldBe(200);
        (await KeysAsync(admin, "disable", "indexer")).Code.ShouldBe(0);
        (await AskAsync(address, second)).ShouldBe(401);
        (await KeysAsync(admin, "enable", "indexer")).Code.ShouldBe(0);
        (await AskAsync(address, second)).ShouldBe(200);
        (await KeysAsync(admin, "delete", "indexer")).Code.ShouldBe(0);
        (await AskAsync(address, second)).ShouldBe(401);
    }

    [Fact]
    public async Task What_is_refused_is_said_with_the_mend()
    {
        await using var run = CommandRun.Start(_folder.FullName, FreePorts, "run");
        var admin = await run.LineAsync("Metrics, health and configuration on ");
        var wrong = await KeysAsync(admin, "create", "a", "--budget", "much");
        (wrong.Code, wrong.Output).ShouldBe((1, ""));
        wrong.Errors.ShouldContain("such as 50/month");
        (await KeysAsync(admin, "disable", "nobody")).Errors.ShouldContain("there is no key 'nobody'");
        (await KeysAsync(admin, "list", "--token", "another-token-0123456789")).Errors.ShouldContain("admin-token");
        (await KeysAsync("http://127.0.0.1:1", "list")).Errors.ShouldContain("Start one with 'tollgate run'");
    }

    private async Task<(int Code, string Output, string Errors)> KeysAsync(string admin, params string[] arguments)
    {
        await using var run = CommandRun.Start(_folder.FullName, null, ["keys", .. arguments, "--admin", admin]);
        var code = await run.EndAsync();
        return (code, run.Output, run.Errors);
    }

    private static async Task<int> AskAsync(string address, string key)
    {
        using var client = new HttpClient();
        using var message = new HttpRequestMessage(HttpMethod.Post, address + "/v1/chat/completions")
        {
            Content = new StringContent("""{"model":"gpt-4","messages":[{"role":"user","content":"hi"}]}""", System.Text.Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        };
        using var response = await client.SendAsync(message);
        return (int)response.StatusCode;
    }
}
