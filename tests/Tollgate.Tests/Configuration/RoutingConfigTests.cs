using System.Text;
using System.Text.Json;
using Tollgate.Configuration;

namespace Tollgate.Tests.Configuration;

/// <summary>How backends are picked, left alone and not overrun, as it is written.</summary>
public sealed class RoutingConfigTests
{
    [Fact]
    public void Everything_that_can_be_written_is_read()
    {
        var config = Loading.Config("""
            health: { enabled: true, failures: 4, errorRate: 60, minRequests: 30, window: 1m, rest: 2s, maxRest: 45s, maxEjected: 70 }
            providers:
              openai: { keys: [one, two], maxConcurrent: 5, maxQueued: 6, queueTimeout: 7s, health: { enabled: false, probe: { interval: 8s, path: /up } } }
              ollama: { health: { probe: { interval: 9s } } }
            models:
              a: { backends: [{ provider: openai, cost: { input: 2.50, output: 10 } }], balance: least-cost }
              b: { backends: openai, balance: { hash: session } }
              c: { backends: openai, balance: { hash: client } }
              d: { backends: openai, balance: { hash: { header: x-tenant } } }
              e: ollama
            """);
        config.Health.ShouldBe(new HealthConfig
        {
            Failures = 4,
            ErrorRate = 60,
            MinRequests = 30,
            Window = TimeSpan.FromMinutes(1),
            Rest = TimeSpan.FromSeconds(2),
            MaxRest = TimeSpan.FromSeconds(45),
            MaxEjected = 70,
        });
        var openai = config.Providers[0];
        openai.Keys.Select(k => k.Value!.Reveal()).ShouldBe(["one", "two"]);
        openai.Flow.ShouldBe(new FlowConfig(5, 6, TimeSpan.FromSeconds(7)));
        openai.Health.ShouldBe(new HealthConfig { Enabled = false, Probe = new ProbeConfig(TimeSpan.FromSeconds(8), "/up") });
        config.Providers[1].Health!.Probe.ShouldBe(new ProbeConfig(TimeSpan.FromSeconds(9), "/models"));
        config.Models.Select(m => m.Balance).ShouldBe(
        [
            new BalanceConfig("least-cost"),
            new BalanceConfig("hash", HashSource.Session),
            new BalanceConfig("hash", HashSource.Client),
            new BalanceConfig("hash", HashSource.Header, "x-tenant"),
            new BalanceConfig(),
        ]);
        config.Models[0].Backends[0].Cost.ShouldBe(new BackendCostConfig(2.5m, 10m));
    }

    [Theory]
    [InlineData("ollama: { key: a, keys: [b] }", "providers.ollama has key and keys: give one credential")]
    [InlineData("ollama: { keys: [] }", "providers.ollama.keys is empty: write one key or more, or key:")]
    [InlineData("gcp-vertex: { project: p, location: l, keys: [b] }", "takes an access token, not an API key")]
    [InlineData("ollama: { maxConcurrent: 0 }", "must be a whole number of at least 1, not '0'")]
    [InlineData("ollama: { maxQueued: 3 }", "warning: providers.ollama: maxQueued has no effect without maxConcurrent: add it")]
    [InlineData("ollama: { health: { errorRate: 101 } }", "must be a percentage from 1 to 100, not '101'")]
    [InlineData("ollama: { health: { rest: 20s, maxRest: 10s } }", "providers.ollama.health.maxRest is shorter than rest")]
    [InlineData("ollama: { health: { maxEjected: 50 } }", "unknown key 'maxEjected'")]
    [InlineData("ollama: { health: { probe: { path: /x } } }", "needs interval")]
    [InlineData("ollama: { health: { probe: { interval: 1s, path: x } } }", "must be a path such as /models, not 'x'")]
    public void A_mistake_is_named_with_its_mend(string provider, string problem) =>
        Loading.Problems($"providers:\n  {provider}\nmodels: {{ m: {provider[..provider.IndexOf(':', StringComparison.Ordinal)]} }}\n").ShouldContain(p => p.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("balance: { hash: body }", "must be one of session, client, not 'body'")]
    [InlineData("balance: { hash: { header: 'a b' } }", "header")]
    [InlineData("balance: { header: x }", "unknown key 'header'")]
    [InlineData("balance: {}", "write hash or least-cost")]
    [InlineData("balance: { hash: session, least-cost: { input: 1 } }", "write hash or least-cost")]
    [InlineData("balance: { least-cost: { input: 10, cachedInput: 11 } }", "cachedInput is more than input")]
    [InlineData("balance: [weighted]", "must be weighted, least-busy, least-latency, least-cost, or a map such as { hash: session }, and here is a list")]
    public void A_policy_that_is_none_is_named(string balance, string problem) =>
        Loading.Problems($"providers: {{ ollama: {{}} }}\nmodels: {{ m: {{ backends: ollama, {balance} }} }}\n").ShouldContain(p => p.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("", 15, false)]
    [InlineData("keepAlive: 5s", 5, false)]
    [InlineData("keepAlive: 0s", 0, false)]
    [InlineData("keepAlive: { beforeCommit: true }", 15, true)]
    [InlineData("keepAlive: { interval: 0s }", 0, false)]
    public void Heartbeats_have_a_default_and_a_model_may_have_its_own(string written, int seconds, bool before)
    {
        var expected = new KeepAliveConfig { Interval = TimeSpan.FromSeconds(seconds), BeforeCommit = before };
        const string Rest = "\nproviders: { ollama: {} }\nmodels: { m: { backends: ollama, keepAlive: 9s }, n: ollama }\n";
        var config = Loading.Config(written + Rest);
        config.KeepAlive.ShouldBe(expected);
        config.Models.Select(m => m.KeepAlive?.Interval).ShouldBe([TimeSpan.FromSeconds(9), null]);
    }

    [Theory]
    [InlineData("backends: [ollama, vllm], retry: { attempts: 1 }", "models.m.hedge has no effect with retry: { attempts: 1 }")]
    [InlineData("backends: [ollama]", "models.m.hedge has no effect with one backend")]
    public async Task A_hedge_that_hedges_nothing_is_told(string model, string warning)
    {
        using var log = new Authentication.ListLoggerProvider();
        await using var gateway = await Hosting.TestGateway.StartAsync(
            $"providers: {{ ollama: {{}}, vllm: {{}} }}\nmodels: {{ m: {{ {model}, hedge: {{ after: 2s }} }}, n: vllm }}\nhealth: {{ enabled: true }}\n#retry:\n",
            services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(services, log));
        log.Lines.ShouldContain(line => line.Contains(warning, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_price_that_is_not_known_is_told()
    {
        using var log = new Authentication.ListLoggerProvider();
        await using var gateway = await Hosting.TestGateway.StartAsync(
            "providers: { ollama: {}, vllm: {} }\nmodels: { m: { backends: [{ provider: ollama, cost: { input: 0, output: 0 } }, vllm], balance: least-cost } }\n",
            services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(services, log));
        log.Lines.ShouldContain(line => line.Contains("models.m goes by cost, and what vllm costs is not known", StringComparison.Ordinal));
    }

    [Fact]
    public void The_dump_shows_it_without_keys()
    {
        var config = Loading.Config("""
            providers: { openai: { keys: [geheim, geheim2], maxConcurrent: 5, health: { failures: 9, probe: { interval: 8s } } } }
            models: { m: { backends: [{ provider: openai, cost: { input: 1, output: 2.5 } }], balance: { hash: session } } }
            """);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) ConfigDump.Write(json, config);
        var text = Encoding.UTF8.GetString(stream.ToArray());
        text.ShouldNotContain("geheim");
        text.ShouldContain("\"keys\":[\"[redacted]\",\"[redacted]\"]");
        text.ShouldContain("\"maxConcurrent\":5,\"maxQueued\":100");
        text.ShouldContain("\"failures\":9");
        text.ShouldContain("\"probe\":{\"interval\":\"8s\",\"path\":\"/models\"}");
        text.ShouldContain("\"balance\":{\"hash\":\"session\"}");
        text.ShouldContain("\"cost\":{\"input\":1,\"output\":2.5}");
    }
}
