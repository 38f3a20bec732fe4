using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Tollgate.Tests.Cli;

namespace Tollgate.Conformance.Tests.Otlp;

/// <summary>
/// The command in front of the simulator with requests of several kinds: what the collector is told, what the access log says and what the
/// ledger keeps are one account.
/// </summary>
public sealed class MixedTrafficTests : IDisposable
{
    private const string Gateway = """
        listen: 127.0.0.1:0
        admin: 127.0.0.1:0
        providers:
          first: { kind: simulator, as: openai }
          second: { kind: simulator, as: anthropic }
        models:
          relayed: [{ provider: first, model: gpt }]
          translated: [{ provider: second, model: claude }]
          failing: [{ provider: first, model: sim/503 }, { provider: second, model: claude, priority: 1 }]
        ledger: sqlite:ledger.db
        """;

    private static readonly (string Path, string Body)[] Traffic =
    [
        ("/v1/chat/completions", """{"model":"relayed","messages":[{"role":"user","content":"hi"}]}"""),
        ("/v1/chat/completions", """{"model":"translated","messages":[{"role":"user","content":"hi there"}]}"""),
        ("/v1/chat/completions", """{"model":"relayed","stream":true,"messages":[{"role":"user","content":"count to 7"}]}"""),
        ("/v1/messages", """{"model":"translated","max_tokens":100,"messages":[{"role":"user","content":"count to 9"}]}"""),
        ("/v1/embeddings", """{"model":"relayed","input":"some words to embed"}"""),
        ("/v1/chat/completions", """{"model":"nobody","messages":[]}"""),
        ("/v1/chat/completions", """{"model":"failing","stream":true,"messages":[{"role":"user","content":"count to 12"}]}"""),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-mixed-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Spans_the_access_log_and_the_ledger_tell_the_same_tokens()
    {
        await using var collector = await Collector.StartAsync();
        var lines = await RunAsync(collector.Url);
        var told = await collector.ToldAsync();
        var ledger = await LedgerAsync();
        foreach (var line in lines)
        {
            var request = told.Spans.Single(s => s.Attributes.GetValueOrDefault("tollgate.request.id") == Text(line, "request_id"));
            var attempts = Attempts(told, request);
            request.Hex("traceId").ShouldBe(Text(line, "trace_id"));
            attempts.Length.ShouldBe(line.GetProperty("attempts").GetInt32());
            var tokens = (Tokens(line, "input_tokens"), Tokens(line, "output_tokens"));
            (Sum(attempts, "gen_ai.usage.input_tokens"), Sum(attempts, "gen_ai.usage.output_tokens")).ShouldBe(tokens, line.ToString());
            ledger.GetValueOrDefault(Text(line, "request_id")).ShouldBe(tokens, line.ToString());
        }

        foreach (var (type, member) in ((string, string)[])[("input", "input_tokens"), ("output", "output_tokens")])
        {
            var all = lines.Sum(l => Tokens(l, member));
            all.ShouldBeGreaterThan(0);
            told.Histogram("gen_ai.client.token.usage").Where(p => p.Attributes["gen_ai.token.type"] == type).Sum(p => p.Number("sum")).ShouldBe(all);
        }
    }

    [Fact]
    public async Task A_stream_that_another_provider_took_over_has_its_attempts_as_children_of_its_span()
    {
        await using var collector = await Collector.StartAsync();
        var line = (await RunAsync(collector.Url)).Single(l => Text(l, "model_asked") == "failing");
        var told = await collector.ToldAsync();
        var request = told.Spans.Single(s => s.Hex("traceId") == Text(line, "trace_id") && s.Text("kind") == "SPAN_KIND_SERVER");
        var attempts = Attempts(told, request);
        attempts.Select(a => a.Text("name")).ShouldBe(["chat sim/503", "chat sim/503", "chat claude"]); // asked again, and then another
        attempts.Select(a => a.Attributes["tollgate.provider"]).ShouldBe(["first", "first", "second"]);
        attempts.Select(a => a.Attributes["tollgate.outcome"]).ShouldBe(["failed", "failed", "answered"]);
        attempts.Select(a => a.Attributes["tollgate.translated"]).ShouldBe(["false", "false", "true"]);
        foreach (var failed in attempts[..2])
        {
            failed.Attributes["error.type"].ShouldBe("503");
            failed.One("status").Text("code").ShouldBe("STATUS_CODE_ERROR");
            failed.Attributes.ShouldNotContainKey("gen_ai.usage.output_tokens");
        }

        // "w001" to "w012", and what the simulator counts of the prompt.
        line.GetProperty("stream").GetBoolean().ShouldBeTrue();
        Tokens(line, "output_tokens").ShouldBe(12);
        attempts[2].Attributes["gen_ai.usage.output_tokens"].ShouldBe("12");
        attempts[2].Attributes["gen_ai.usage.input_tokens"].ShouldBe(Tokens(line, "input_tokens").ToString(CultureInfo.InvariantCulture));
        (await LedgerAsync())[Text(line, "request_id")].ShouldBe((Tokens(line, "input_tokens"), 12));

        // Each began when the one before had failed, and all lie within the request.
        Time(attempts[0], "startTimeUnixNano").ShouldBeGreaterThanOrEqualTo(Time(request, "startTimeUnixNano"));
        Time(attempts[1], "startTimeUnixNano").ShouldBeGreaterThanOrEqualTo(Time(attempts[0], "endTimeUnixNano"));
        Time(attempts[2], "startTimeUnixNano").ShouldBeGreaterThanOrEqualTo(Time(attempts[1], "endTimeUnixNano"));
        Time(attempts[2], "endTimeUnixNano").ShouldBeLessThanOrEqualTo(Time(request, "endTimeUnixNano"));
    }

    private static OtlpMessage[] Attempts(Told told, OtlpMessage request) =>
        [.. told.Spans.Where(s => s.Text("kind") == "SPAN_KIND_CLIENT" && s.Hex("parentSpanId") == request.Hex("spanId")).OrderBy(s => s.Attributes["tollgate.attempt"], StringComparer.Ordinal)];

    private static long Sum(IEnumerable<OtlpMessage> spans, string attribute) => spans.Sum(s => long.Parse(s.Attributes.GetValueOrDefault(attribute, "0"), CultureInfo.InvariantCulture));

    private static ulong Time(OtlpMessage span, string name) => ulong.Parse(span.Text(name), CultureInfo.InvariantCulture);

    private static string Text(JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static long Tokens(JsonElement line, string name) => line.TryGetProperty("usage", out var usage) && usage.TryGetProperty(name, out var tokens) ? tokens.GetInt64() : 0;

    /// <summary>Tokens in the ledger by request, all its calls added up.</summary>
    private async Task<Dictionary<string, (long Input, long Output)>> LedgerAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.FullName, "ledger.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT request_id, SUM(COALESCE(input, 0)), SUM(COALESCE(output, 0)) FROM usage_lines GROUP BY request_id";
        await using var reader = await command.ExecuteReaderAsync();
        var tokens = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        while (await reader.ReadAsync()) tokens.Add(reader.GetString(0), (reader.GetInt64(1), reader.GetInt64(2)));
        return tokens;
    }

    /// <summary>All of the traffic through the command; gives the lines of its access log when it has ended.</summary>
    private async Task<List<JsonElement>> RunAsync(string collector)
    {
        var file = Path.Combine(_folder.FullName, "tollgate.yaml");
        await File.WriteAllTextAsync(file, Gateway);
        await using var run = CommandRun.Start(_folder.FullName, new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector }, "run", file);
        using var client = new HttpClient { BaseAddress = new Uri(await run.LineAsync("Listening on ")) };
        foreach (var (path, body) in Traffic)
        {
            using var answer = await client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
            await answer.Content.ReadAsStringAsync();
        }

        await run.SignalAsync("TERM");
        (await run.EndAsync()).ShouldBe(0);
        List<JsonElement> lines = [.. run.Output.Split('\n').Where(l => l.StartsWith("{\"time\"", StringComparison.Ordinal)).Select(l => JsonDocument.Parse(l).RootElement)];
        lines.Count.ShouldBe(Traffic.Length);
        return lines;
    }
}
