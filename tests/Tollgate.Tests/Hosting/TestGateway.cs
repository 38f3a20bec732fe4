using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Catalog;
using Tollgate.Cloud;
using Tollgate.Configuration;
using Tollgate.Epoll;
using Tollgate.Hosting;
using Tollgate.Metering;
using Tollgate.Simulator;
using Tollgate.Telemetry;

namespace Tollgate.Tests.Hosting;

/// <summary>The whole gateway on real Kestrel, on ports of its own, with its access log in memory.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private TestGateway(GatewayHost host) => Host = host;

    public GatewayHost Host { get; }

    public HttpClient Client { get; private set; } = null!;

    public HttpClient Admin { get; private set; } = null!;

    /// <summary>Starts it with a configuration; the listeners are added, one attempt for each request and no backend left alone, unless it says otherwise.</summary>
    public static async Task<TestGateway> StartAsync(string yaml, Action<IServiceCollection>? services = null)
    {
        if (!yaml.Contains("retry:", StringComparison.Ordinal)) yaml = yaml.TrimEnd() + "\nretry: { attempts: 1 }\n" + (yaml.Contains("health:", StringComparison.Ordinal) ? "" : "health: { enabled: false }\n");
        var loaded = ConfigLoader.Parse("listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\n" + yaml, "test.yaml", new ConfigContext(_ => null, Catalogue.Default));
        loaded.Config.ShouldNotBeNull(string.Join('\n', loaded.Problems));
        return await StartAsync(loaded.Config, services);
    }

    public static async Task<TestGateway> StartAsync(GatewayConfig config, Action<IServiceCollection>? services = null)
    {
        var log = new LogMemory();
        var host = GatewayHost.Create(s =>
        {
            s.AddTollgateEpoll();
            services?.Invoke(s);
            s.AddTollgateSimulator();
            s.AddTollgateCloud();
            s.AddTollgate(config);
            s.AddSingleton(p => new AccessLog(log, config.AccessLog, TimeProvider.System, p.GetRequiredService<GatewayMetrics>().AccessLogDropped));
        });
        await host.StartAsync();
        var gateway = new TestGateway(host);
        gateway.Client = new HttpClient { BaseAddress = host.Addresses[0], Timeout = TimeSpan.FromSeconds(60) };
        gateway.Admin = new HttpClient { BaseAddress = host.AdminAddress };
        gateway.Log = log;
        return gateway;
    }

    private LogMemory Log { get; set; } = new();

    /// <summary>The lines of the access log so far.</summary>
    public async Task<IReadOnlyList<JsonElement>> LogLinesAsync()
    {
        await Host.Services.GetRequiredService<AccessLog>().FlushAsync();
        return [.. Encoding.UTF8.GetString(Log.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
    }

    /// <summary>Waits for the <paramref name="count"/>th line. One is written after the client has its answer, so that it may come behind the line of a later request.</summary>
    public Task<JsonElement> LogLineAsync(int count = 1) => UntilLoggedAsync(lines => lines.Skip(count - 1));

    /// <summary>Waits for the line of the request that was answered so, wherever it stands.</summary>
    public Task<JsonElement> LineOfAsync(HttpResponseMessage response)
    {
        var id = response.Headers.GetValues("x-tollgate-request-id").Single();
        return UntilLoggedAsync(lines => lines.Where(line => line.GetProperty("request_id").GetString() == id));
    }

    private async Task<JsonElement> UntilLoggedAsync(Func<IReadOnlyList<JsonElement>, IEnumerable<JsonElement>> wanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            foreach (var line in wanted(await LogLinesAsync())) return line;
            await Task.Delay(10, limit.Token);
        }
    }

    /// <summary>
    /// Waits until no request is under way. A client has its answer, and the access log its line, before its span has ended and its backend is told: who
    /// reads any of these then would now and then read too early.
    /// </summary>
    public async Task UntilAtRestAsync()
    {
        var metrics = Host.Services.GetRequiredService<GatewayMetrics>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (metrics.ActiveRequests > 0) await Task.Delay(5, limit.Token);
    }

    /// <summary>Waits until the metrics have all of these texts.</summary>
    public async Task UntilToldAsync(params string[] texts)
    {
        var page = await UntilAsync(page => texts.All(page.Contains));
        foreach (var text in texts) page.ShouldContain(text);
    }

    /// <summary>The same until they say something no more, such as that a figure is 0 which goes on growing.</summary>
    public async Task UntilNotToldAsync(string text) => (await UntilAsync(page => !page.Contains(text))).ShouldNotContain(text);

    /// <summary>The metrics that are as wanted, or, after a time, those that are not.</summary>
    private async Task<string> UntilAsync(Func<string, bool> isWanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var page = "";
        try
        {
            do
            {
                await Task.Delay(25, limit.Token);
                page = await Admin.GetStringAsync("/metrics", limit.Token);
            }
            while (!isWanted(page));
        }
        catch (OperationCanceledException)
        {
            // The caller says what is missing.
        }

        return page;
    }

    /// <summary>Posts JSON and reads the whole answer.</summary>
    public async Task<(int Status, string Body, HttpResponseMessage Response)> PostAsync(string path, string json, params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers) message.Headers.TryAddWithoutValidation(name, value);
        var response = await Client.SendAsync(message);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Admin.Dispose();
        await Host.StopAsync();
        await Host.DisposeAsync();
    }
}
