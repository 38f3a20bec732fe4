using Microsoft.Extensions.DependencyInjection;
using Tollgate.Metering.Ledger;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Metering.Ledger;
using Tollgate.Tests.Telemetry.Tracing;

namespace Tollgate.Tests.Telemetry.Live;

/// <summary>A real Prometheus scrapes a gateway with traffic: the rules load, and every panel of the dashboard has something to show.</summary>
public sealed class LivePrometheusTests : IDisposable
{
    private static readonly string[] Bodies =
    [
        """{"model":"m","messages":[{"role":"user","content":"hi"}]}""",
        """{"model":"m","stream":true,"messages":[{"role":"user","content":"count to 5"}]}""",
        """{"model":"unpriced","messages":[]}""",
        """{"model":"limited","messages":[{"role":"user","content":"hi"}]}""",
        """{"model":"broken","messages":[]}""",
        """{"model":"nobody","messages":[]}""",
        """{"model":"fallen","messages":[{"role":"user","content":"hi"}]}""",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-prometheus-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Every_panel_has_data_and_every_rule_is_evaluated()
    {
        var program = PrometheusServer.Program();
        Assert.SkipWhen(program is null, "prometheus is not on PATH; './dev check' installs it");
        await using var nameless = new ScriptedProvider(c => c.AnswerAsync(200, """{"id":"c","model":"nobody-knows-it","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}"""));
        await using var broken = new ScriptedProvider(c => c.AnswerAsync(500, """{"error":{"message":"no","type":"server_error"}}"""));
        await using var gateway = await TestGateway.StartAsync(
            $$"""
            providers:
              sim: { kind: simulator }
              other: { kind: openai, url: "{{nameless.Url}}/v1", key: k, maxConcurrent: 8 }
              broken: { kind: openai, url: "{{broken.Url}}/v1", key: k }
            models: { m: sim, limited: sim, unpriced: [{ provider: other, model: nobody-knows-it }], broken: broken, fallen: [{ provider: broken }, { provider: sim, priority: 1 }] }
            prices: { sim: { m: { input: 1, output: 2 } } }
            limits:
              tight: { requests: 3, per: month, match: { models: [limited] } } # however slow the machine is
              soft: { requests: 3, per: month, match: { models: [m] }, shadow: true }
            health: { failures: 3, rest: 1s }
            retry: { attempts: 3 }
            ledger: sqlite
            stateDir: {{_folder.FullName}}
            """,
            services => services.AddSingleton<ILedgerStoreKind>(new MemoryLedger()));
        await using var prometheus = await PrometheusServer.StartAsync(program!, gateway.Host.AdminAddress, MetricsDocumentTests.Find(DeployedQueryTests.Rules));

        var waiting = DeployedQueryTests.Dashboards().Select(q => q.Expression.Replace("$__rate_interval", "10s", StringComparison.Ordinal).Replace("$model", ".*", StringComparison.Ordinal)).Append("up == 1").ToList();
        waiting.Count.ShouldBeGreaterThan(25);
        try
        {
            await prometheus.UntilAsync(async () =>
            {
                for (var i = 0; i < 5; i++)
                {
                    foreach (var body in Bodies) await gateway.PostAsync("/v1/chat/completions", body);
                }

                foreach (var query in waiting.ToArray())
                {
                    if (await prometheus.CountAsync(query) > 0) waiting.Remove(query);
                }

                return waiting.Count == 0;
            });
        }
        catch (OperationCanceledException)
        {
            waiting.ShouldBeEmpty("these panels have nothing to show");
        }

        await prometheus.UntilAsync(async () => (await RulesAsync(prometheus)).All(r => r.Health != "unknown"));
        (await RulesAsync(prometheus)).ShouldAllBe(r => r.Health == "ok");

        // A trace that is recorded is beside the bucket of its request.
        using var spans = new SpanRecorder();
        await gateway.PostAsync("/v1/chat/completions", Bodies[0], spans.Parent);
        await prometheus.UntilAsync(async () =>
        {
            using var found = await prometheus.AskAsync("/api/v1/query_exemplars?start=0&end=9999999999&query=gen_ai_server_request_duration_seconds_bucket");
            return found.RootElement.GetProperty("data").ToString().Contains($"\"trace_id\":\"{spans.TraceId}\"", StringComparison.Ordinal);
        });

        // A scrape of a busy machine may come too late, and is none; what cannot be read never becomes one that can.
        await prometheus.UntilAsync(async () => await LastErrorAsync(prometheus) == "");

        // It asked for OpenMetrics: only that form tells units, and names counters without their ending.
        using var metadata = await prometheus.AskAsync("/api/v1/metadata");
        var families = metadata.RootElement.GetProperty("data");
        families.GetProperty("gen_ai_server_request_duration_seconds")[0].GetProperty("unit").GetString().ShouldBe("seconds");
        families.GetProperty("tollgate_requests")[0].GetProperty("type").GetString().ShouldBe("counter");
    }

    private static async Task<string?> LastErrorAsync(PrometheusServer prometheus)
    {
        using var targets = await prometheus.AskAsync("/api/v1/targets");
        return targets.RootElement.GetProperty("data").GetProperty("activeTargets")[0].GetProperty("lastError").GetString();
    }

    private static async Task<List<(string Name, string Health)>> RulesAsync(PrometheusServer prometheus)
    {
        using var answer = await prometheus.AskAsync("/api/v1/rules");
        return [.. answer.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray()
            .SelectMany(g => g.GetProperty("rules").EnumerateArray())
            .Select(r => (r.GetProperty("name").GetString()!, r.GetProperty("health").GetString()!))];
    }
}
