using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Metering.Ledger;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Metering.Ledger;

namespace Tollgate.Tests.Telemetry;

/// <summary>The dashboards and alerts that ship ask for nothing that a gateway does not tell.</summary>
public sealed partial class DeployedQueryTests
{
    internal const string Rules = "deploy/prometheus/tollgate.rules.yaml";

    // Prometheus' own, and what it adds to every series that it scrapes.
    private static readonly string[] OfPrometheus = ["up"];
    private static readonly string[] Added = ["instance", "job", "le"];

    [Fact]
    public async Task Every_metric_and_label_of_dashboards_and_alerts_is_on_the_page_of_a_gateway_with_traffic()
    {
        var page = await PageAsync();
        var labels = page.Samples.GroupBy(s => s.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.SelectMany(s => s.Labels.Keys).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        var recorded = Recorded().Matches(File.ReadAllText(MetricsDocumentTests.Find(Rules))).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var queries = Dashboards().Concat(Alerts()).ToArray();
        queries.Length.ShouldBeGreaterThan(40);
        foreach (var (place, expression) in queries)
        {
            var asked = PromQuery.Selectors(expression).Where(s => !recorded.Contains(s.Metric)).ToArray();
            foreach (var (metric, matched) in asked.Where(s => !OfPrometheus.Contains(s.Metric)))
            {
                labels.ShouldContainKey(metric, $"{place}: {expression}");
                matched.Except(Added).ShouldBeSubsetOf(labels[metric], $"{place}: {expression}");
                PromQuery.Groups(expression).Except(Added).ShouldBeSubsetOf(labels[metric], $"{place}: {expression}");
            }
        }
    }

    [Fact]
    public void A_query_is_read_as_prometheus_reads_it()
    {
        const string query = "histogram_quantile(0.5, sum by (le, team) (rate(a_bucket{x=~\"b|c{}\", y!=\"\"}[$__rate_interval]))) / on (team) a:b > 3 or vector(0)";
        PromQuery.Selectors(query).Select(s => $"{s.Metric} {string.Join('+', s.Labels)}").ShouldBe(["a_bucket x+y", "a:b "]);
        PromQuery.Groups(query).ShouldBe(["le", "team", "team"]);
    }

    [Fact]
    public async Task The_alerts_are_rules_to_prometheus()
    {
        using var promtool = Start("promtool", "check", "rules", MetricsDocumentTests.Find(Rules));
        Assert.SkipWhen(promtool is null, "promtool is not on PATH");
        var output = await promtool!.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        promtool.ExitCode.ShouldBe(0, output);
    }

    [GeneratedRegex("^ +(?:- )?expr: (?<expression>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Expression();

    [GeneratedRegex("^ +- record: (?<name>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Recorded();

    private static IEnumerable<(string Place, string Expression)> Alerts() =>
        Expression().Matches(File.ReadAllText(MetricsDocumentTests.Find(Rules))).Select(m => (Rules, m.Groups["expression"].Value));

    internal static IEnumerable<(string Place, string Expression)> Dashboards()
    {
        foreach (var file in Directory.EnumerateFiles(MetricsDocumentTests.Find("deploy/grafana"), "*.json"))
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            foreach (var panel in document.RootElement.GetProperty("panels").EnumerateArray().Where(p => p.TryGetProperty("targets", out _)))
            {
                foreach (var target in panel.GetProperty("targets").EnumerateArray()) yield return (panel.GetProperty("title").GetString()!, target.GetProperty("expr").GetString()!);
            }
        }
    }

    /// <summary>The page of a gateway that has answered streams and others, and refused one.</summary>
    private static async Task<ExpositionPage> PageAsync()
    {
        var state = Directory.CreateTempSubdirectory("tollgate-deployed-");
        try
        {
            return await PageAsync(state);
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private static async Task<ExpositionPage> PageAsync(DirectoryInfo state)
    {
        await using var nameless = new ScriptedProvider(c => c.AnswerAsync(200, """{"id":"c","model":"nobody-knows-it","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}"""));
        await using var broken = new ScriptedProvider(c => c.AnswerAsync(500, """{"error":{"message":"no","type":"server_error"}}"""));
        await using var gateway = await TestGateway.StartAsync(
            $$"""
            providers: { sim: { kind: simulator }, other: { kind: openai, url: "{{nameless.Url}}/v1", key: k }, broken: { kind: openai, url: "{{broken.Url}}/v1", key: k } }
            models: { m: sim, unpriced: [{ provider: other, model: nobody-knows-it }], fallen: [{ provider: broken }, { provider: sim, priority: 1 }] }
            retry: { attempts: 3 }
            prices: { sim: { m: { input: 1, output: 2 } } }
            limits: { one: { requests: 1, per: month, match: { models: [unpriced] } } }
            ledger: sqlite
            stateDir: "{{state.FullName}}"
            """, services => services.AddSingleton<ILedgerStoreKind>(new MemoryLedger()));
        foreach (var body in (string[])["""{"model":"m","messages":[{"role":"user","content":"hi"}]}""", """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""", """{"model":"unpriced","messages":[]}""", """{"model":"unpriced","messages":[]}""", """{"model":"other","messages":[]}""", """{"model":"fallen","messages":[{"role":"user","content":"hi"}]}"""])
        {
            await gateway.PostAsync("/v1/chat/completions", body);
        }

        await gateway.UntilAtRestAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            // The thread pool is measured for the first time half a second after the start.
            var page = ExpositionPage.Read(await gateway.Admin.GetByteArrayAsync("/metrics"));
            if (page.TypeOf.ContainsKey("tollgate_thread_pool_delay_seconds")) return page;
            await Task.Delay(50, limit.Token);
        }
    }

    private static Process? Start(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
