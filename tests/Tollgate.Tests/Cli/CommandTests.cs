using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Tollgate.Tests.Cli;

/// <summary>The command as its user meets it.</summary>
public sealed class CommandTests : IDisposable
{
    private static readonly Dictionary<string, string> FreePorts = new() { ["TOLLGATE_LISTEN"] = "127.0.0.1:0", ["TOLLGATE_ADMIN"] = "127.0.0.1:0" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Run_without_anything_says_that_it_simulates_and_its_curl_line_works()
    {
        await using var run = CommandRun.Start(_folder.FullName, FreePorts, "run");
        var address = await run.LineAsync("Listening on ");
        run.Output.ShouldContain("simulator");
        await run.LineAsync("  curl ");
        await run.LineAsync("    -d ");
        var curl = run.Output.Split('\n').SkipWhile(l => !l.StartsWith("  curl ", StringComparison.Ordinal)).Take(2).ToArray();
        curl[0].ShouldContain(address + "/v1/chat/completions");
        var body = curl[1].Trim()["-d '".Length..^1];

        using var client = new HttpClient();
        using var response = await client.PostAsync(address + "/v1/chat/completions", new StringContent(body, Encoding.UTF8, "application/json"));
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!.ShouldContain("Hello!");
    }

    [Fact]
    public async Task Run_ends_with_status_0_on_SIGTERM_and_its_log_line_is_not_lost()
    {
        await using var run = CommandRun.Start(_folder.FullName, FreePorts, "run");
        var address = await run.LineAsync("Listening on ");
        using var client = new HttpClient();
        (await client.GetAsync(address + "/v1/models")).EnsureSuccessStatusCode();
        await run.SignalAsync("TERM");
        (await run.EndAsync()).ShouldBe(0);
        run.Output.ShouldContain("\"path\":\"/v1/models\"");
    }

    [Fact]
    public async Task Run_lets_a_stream_of_some_seconds_end_after_SIGTERM()
    {
        await using var run = CommandRun.Start(_folder.FullName, FreePorts, "run");
        var address = await run.LineAsync("Listening on ");
        using var response = await StreamAsync(address, "m", "tps=12"); // 40-odd tokens
        await using var stream = await response.Content.ReadAsStreamAsync();
        (await stream.ReadAsync(new byte[64])).ShouldBeGreaterThan(0);
        await run.SignalAsync("TERM");
        (await new StreamReader(stream).ReadToEndAsync()).ShouldEndWith("data: [DONE]\n\n");
        (await run.EndAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Run_breaks_a_stream_off_on_the_second_SIGTERM()
    {
        await using var run = CommandRun.Start(_folder.FullName, FreePorts, "run");
        var address = await run.LineAsync("Listening on ");
        using var response = await StreamAsync(address, "sim/stall-after-2", "");
        await using var stream = await response.Content.ReadAsStreamAsync();
        (await stream.ReadAsync(new byte[64])).ShouldBeGreaterThan(0);

        await run.SignalAsync("TERM");
        await UntilAsync(async () => await RefusesAsync(address));
        run.HasExited.ShouldBeFalse();
        await run.SignalAsync("TERM");
        (await run.EndAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Run_reads_its_file_again_on_SIGHUP_and_when_it_changes()
    {
        var file = Path.Combine(_folder.FullName, "tollgate.yaml");
        await File.WriteAllTextAsync(file, "providers: { sim: { kind: simulator } }\nmodels: { first: sim }\n");
        await using var run = CommandRun.Start(_folder.FullName, FreePorts, "run");
        var address = await run.LineAsync("Listening on ");
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        (await client.GetStringAsync("/v1/models")).ShouldContain("\"first\"");

        await File.WriteAllTextAsync(file, "providers: { sim: { kind: simulator } }\nmodels: { second: sim }\n");
        await run.SignalAsync("HUP");
        await UntilAsync(async () => (await client.GetStringAsync("/v1/models")).Contains("\"second\"", StringComparison.Ordinal));

        await File.WriteAllTextAsync(file, "providers: { sim: { kind: simulator } }\nmodels: { third: sim }\n");
        await UntilAsync(async () => (await client.GetStringAsync("/v1/models")).Contains("\"third\"", StringComparison.Ordinal));

        await File.WriteAllTextAsync(file, "providers: { sim: { kind: nonsense } }\n");
        await UntilAsync(() => Task.FromResult(run.Errors.Contains("tollgate.yaml:1:27: unknown kind", StringComparison.Ordinal)));
        (await client.GetStringAsync("/v1/models")).ShouldContain("\"third\"");
    }

    [Fact]
    public async Task Run_does_not_start_with_a_file_that_has_mistakes_and_prints_each_with_its_place()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "bad.yaml"), "providers:\n  a: { kind: opnai }\nmodels:\n  m: nobody\n");
        await using var run = CommandRun.Start(_folder.FullName, FreePorts, "run", "bad.yaml");
        (await run.EndAsync()).ShouldBe(1);
        run.Errors.ShouldContain("bad.yaml:2:14: ");
        run.Errors.ShouldContain("bad.yaml:4:6: ");
    }

    [Fact]
    public async Task Run_says_which_address_is_taken()
    {
        await using var first = CommandRun.Start(_folder.FullName, FreePorts, "run");
        var address = new Uri(await first.LineAsync("Listening on "));
        await using var second = CommandRun.Start(_folder.FullName, new Dictionary<string, string> { ["TOLLGATE_LISTEN"] = address.Authority, ["TOLLGATE_ADMIN"] = "127.0.0.1:0" }, "run");
        (await second.EndAsync()).ShouldBe(1);
        second.Errors.ShouldContain("cannot listen");
        second.Errors.ShouldContain(address.Authority);
    }

    [Fact]
    public async Task Validate_prints_file_line_column_and_message_and_ends_with_status_1()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "bad.yaml"), "providers:\n  a: { kind: opnai }\nmodels: { m: a }\n");
        await using var bad = CommandRun.Start(_folder.FullName, null, "validate", "bad.yaml");
        (await bad.EndAsync()).ShouldBe(1);
        bad.Output.ShouldContain("bad.yaml:2:14: ");

        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "good.yaml"), "providers: { sim: { kind: simulator } }\nmodels: { '*': sim }\n");
        await using var good = CommandRun.Start(_folder.FullName, null, "validate", "good.yaml");
        (await good.EndAsync()).ShouldBe(0);
        good.Output.ShouldContain("good.yaml: 1 providers, 1 models: valid");
    }

    [Fact]
    public async Task Providers_lists_the_catalogue_and_schema_prints_json()
    {
        await using var providers = CommandRun.Start(_folder.FullName, null, "providers", "--markdown");
        (await providers.EndAsync()).ShouldBe(0);
        foreach (var kind in Tollgate.Catalog.Catalogue.Default.All) providers.Output.ShouldContain(kind.Name);
        await using var table = CommandRun.Start(_folder.FullName, null, "providers");
        (await table.EndAsync()).ShouldBe(0);
        table.Output.ShouldContain("azure-openai");
        await using var schema = CommandRun.Start(_folder.FullName, null, "schema");
        (await schema.EndAsync()).ShouldBe(0);
        JsonDocument.Parse(schema.Output).RootElement.GetProperty("$schema").GetString()!.ShouldContain("2020-12");
    }

    [Fact]
    public async Task A_new_key_comes_with_the_line_that_knows_it()
    {
        await using var run = CommandRun.Start(_folder.FullName, null, "keys", "new", "batch");
        (await run.EndAsync()).ShouldBe(0);
        var key = run.Output.Split('\n')[0].Split(": ")[1].Trim();
        key.Length.ShouldBe("tg-".Length + 64);
        var config = Configuration.Loading.Config("providers: { simulator: {} }\nmodels: { m: simulator }\n" + run.Output);
        config.Clients.ShouldHaveSingleItem().KeySha256.ShouldBe(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }

    [Fact]
    public async Task Simulate_stands_in_for_a_provider_on_a_port_of_its_own()
    {
        await using var run = CommandRun.Start(_folder.FullName, null, "simulate", "--listen", "127.0.0.1:0", "--kind", "anthropic,openai");
        var address = (await run.LineAsync("Simulating anthropic, openai on ")).TrimEnd('/');
        using var client = new HttpClient();
        using var response = await client.PostAsync(address + "/v1/chat/completions", new StringContent("""{"model":"m","messages":[{"role":"user","content":"hi"}]}""", Encoding.UTF8, "application/json"));
        response.EnsureSuccessStatusCode();
        await run.SignalAsync("TERM");
        (await run.EndAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Drill_needs_no_key_and_says_what_callers_would_have_seen()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "g.yaml"), """
            providers:
              openai: { key: "${A_KEY_THAT_NOBODY_SET}" }
              claude: { kind: anthropic, key: k }
            models:
              chat: [openai, { provider: claude, model: claude-sonnet-4, priority: 1 }]
              alone: openai
            """);
        // Not as fast as it goes: limits of a minute would be over in a second, and a busy machine may take that for an answer that is good.
        await using var run = CommandRun.Start(_folder.FullName, null, "drill", "g.yaml", "--fault", "outage", "--fault", "stream-error", "--speed", "6");
        (await run.EndAsync()).ShouldBe(0);
        var lines = run.Output.Split('\n');
        lines.Count(l => l.Contains("503 for as long as it is asked", StringComparison.Ordinal)).ShouldBe(4);
        lines.ShouldContain(l => l.StartsWith("  whole", StringComparison.Ordinal) && l.Contains("openai ×2, claude", StringComparison.Ordinal));
        lines.ShouldContain(l => l.StartsWith("  error", StringComparison.Ordinal) && l.Contains("(after 20 words)", StringComparison.Ordinal));
        run.Output.ShouldContain("0 broken answers");

        await using var strict = CommandRun.Start(_folder.FullName, null, "drill", "g.yaml", "--fault", "outage", "--model", "alone", "--speed", "6", "--strict", "--json");
        (await strict.EndAsync()).ShouldBe(1);
        using var json = JsonDocument.Parse(strict.Output);
        json.RootElement.GetProperty("error").GetInt32().ShouldBe(2);
        json.RootElement.GetProperty("results")[0].GetProperty("tries").EnumerateArray().ShouldAllBe(t => t.GetString() == "openai");
    }

    [Fact]
    public async Task Drill_prints_the_mistakes_of_a_file_and_the_names_of_the_faults()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "bad.yaml"), "providers: { p: { kind: nosuch } }\n");
        await using var bad = CommandRun.Start(_folder.FullName, null, "drill", "bad.yaml");
        (await bad.EndAsync()).ShouldBe(1);
        bad.Errors.ShouldContain("bad.yaml:1:");

        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "good.yaml"), "providers: { sim: { kind: simulator } }\nmodels: { m: sim }\n");
        await using var unknown = CommandRun.Start(_folder.FullName, null, "drill", "good.yaml", "--fault", "flood");
        (await unknown.EndAsync()).ShouldBe(1);
        unknown.Errors.ShouldContain("there is no fault 'flood': the faults are healthy,");
    }

    [Fact]
    public async Task Run_starts_clean_at_the_same_address_after_it_was_killed_in_the_middle_of_streams()
    {
        // Of an address that no other test listens at, so that nobody is given the ports between the two processes.
        var free = (OperatingSystem.IsLinux() ? "127.0.1.17" : "127.0.0.1") + ":0";
        await using var first = CommandRun.Start(_folder.FullName, new Dictionary<string, string> { ["TOLLGATE_LISTEN"] = free, ["TOLLGATE_ADMIN"] = free }, "run");
        var address = await first.LineAsync("Listening on ");
        var admin = (await first.LineAsync("Metrics, health and configuration on ")).TrimEnd('/');
        var streams = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => StreamAsync(address, "gpt-5", "stall-after-3")));
        await first.SignalAsync("KILL");
        await first.EndAsync();
        foreach (var stream in streams) await Should.ThrowAsync<Exception>(() => stream.Content.ReadAsStringAsync()); // never as if it were whole

        var same = new Dictionary<string, string> { ["TOLLGATE_LISTEN"] = new Uri(address).Authority, ["TOLLGATE_ADMIN"] = new Uri(admin).Authority };
        await using var second = CommandRun.Start(_folder.FullName, same, "run");
        (await second.LineAsync("Listening on ")).ShouldBe(address);
        using var client = new HttpClient();
        (await client.GetAsync(address + "/v1/models")).EnsureSuccessStatusCode();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20)); // a request is counted out after its answer has gone
        while (!(await client.GetStringAsync(admin + "/metrics")).Contains("tollgate_requests_active 0", StringComparison.Ordinal)) await Task.Delay(20, limit.Token);
        foreach (var stream in streams) stream.Dispose();
    }

    private static async Task<HttpResponseMessage> StreamAsync(string address, string model, string knob)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, address + "/v1/chat/completions")
        {
            Content = new StringContent($$"""{"model":"{{model}}","stream":true,"messages":[{"role":"user","content":"hi"}]}""", Encoding.UTF8, "application/json"),
            Headers = { { "x-sim", knob } },
        };
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<bool> RefusesAsync(string address)
    {
        try
        {
            using var client = new HttpClient();
            await client.GetAsync(address + "/v1/models");
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition()) await Task.Delay(50, limit.Token);
    }
}
