using System.Text;

namespace Tollgate.Sqlite.Tests;

/// <summary><c>tollgate run</c> keeps a ledger without being told to, and <c>tollgate usage</c> reads it.</summary>
public sealed class UsageCommandTests : IDisposable
{
    private static readonly Dictionary<string, string> FreePorts = new() { ["TOLLGATE_LISTEN"] = "127.0.0.1:0", ["TOLLGATE_ADMIN"] = "127.0.0.1:0" };

    private const string Admin = "Metrics, health and configuration on ";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-usage-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_a_gateway_without_any_set_up_has_used_is_shown_as_a_table_and_as_csv()
    {
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, """{"id":"c","model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":1000000,"completion_tokens":0,"total_tokens":1000000}}"""));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "tollgate.yaml"), $"providers: {{ openai: {{ url: {provider.Url}/v1, key: k }} }}\nmodels: {{ '*': openai }}\n");
        await using var run = CommandRun.Start(_folder.FullName, FreePorts, "run");
        var address = await run.LineAsync("Listening on ");
        using var client = new HttpClient();
        using var response = await client.PostAsync(address + "/v1/chat/completions", new StringContent("""{"model":"gpt-4o-mini","messages":[]}""", Encoding.UTF8, "application/json"));
        response.EnsureSuccessStatusCode();
        var admin = await run.LineAsync(Admin);

        // The line is taken over just after the answer's end.
        string table;
        do table = await ShowAsync("usage", "--admin", admin, "--by", "model,provider");
        while (table.StartsWith("Nothing", StringComparison.Ordinal));
        foreach (var word in new[] { "gpt-4o-mini", "openai", "1,000,000", "0.15" }) table.ShouldContain(word);
        (await ShowAsync("usage", "--admin", admin, "--csv", "--where", "model=gpt-4o-mini")).ShouldStartWith("model,requests,");
        (await ShowAsync("usage", "--admin", admin, "--where", "model=other")).ShouldStartWith("Nothing was used");
        File.Exists(Path.Combine(_folder.FullName, "state", "tollgate", "ledger.db")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_simulator_alone_leaves_nothing_behind()
    {
        await using var run = CommandRun.Start(_folder.FullName, FreePorts, "run");
        await run.LineAsync("Listening on ");
        File.Exists(Path.Combine(_folder.FullName, "state", "tollgate", "ledger.db")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_wrong_token_and_a_wrong_question_are_told_in_words()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "tollgate.yaml"), "providers: { sim: { kind: simulator } }\nmodels: { '*': sim }\nledger: sqlite\n");
        await using var run = CommandRun.Start(_folder.FullName, FreePorts, "run");
        await run.LineAsync("Listening on ");
        var admin = await run.LineAsync(Admin);
        (await FailAsync("usage", "--admin", admin, "--token", "wrong-wrong-wrong-1")).ShouldContain("admin token is missing or wrong");
        (await FailAsync("usage", "--admin", admin, "--by", "colour")).ShouldContain("colour");
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_opened_ends_the_start_with_its_name()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "file"), "no folder");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "tollgate.yaml"), "providers: { sim: { kind: simulator } }\nmodels: { '*': sim }\nledger: sqlite:file/ledger.db\n");
        await using var run = CommandRun.Start(_folder.FullName, FreePorts, "run");
        (await run.EndAsync()).ShouldBe(1);
        run.Errors.ShouldContain("file/ledger.db");
        run.Errors.ShouldContain("ledger: off");
    }

    private async Task<string> ShowAsync(params string[] arguments)
    {
        await using var command = CommandRun.Start(_folder.FullName, null, arguments);
        (await command.EndAsync()).ShouldBe(0, command.Errors);
        return command.Output;
    }

    private async Task<string> FailAsync(params string[] arguments)
    {
        await using var command = CommandRun.Start(_folder.FullName, null, arguments);
        (await command.EndAsync()).ShouldBe(1);
        return command.Errors;
    }
}
