using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Telemetry.Live;

/// <summary>A Prometheus of the test's own, on a free port of this machine, with its data in a folder that goes with it.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-prometheus-");
    private readonly HeldPort _port = HeldPort.Take();
    private readonly HttpClient _client;
    private Process? _process;

    private PrometheusServer()
    {
        _client = new HttpClient { BaseAddress = new Uri("http://" + Address) };
    }

    private string Address => $"127.0.0.1:{_port.Number}";

    /// <summary>Where the program is, or null.</summary>
    public static string? Program() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "prometheus")).FirstOrDefault(File.Exists);

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<PrometheusServer> StartAsync(string program, Uri target, string rules)
    {
        var server = new PrometheusServer();
        var config = Path.Combine(server._folder.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(config,
            $$"""
            global: { scrape_interval: 500ms, evaluation_interval: 1s }
            rule_files: [ "{{rules}}" ]
            scrape_configs: [ { job_name: tollgate, static_configs: [ { targets: [ "{{target.Authority}}" ] } ] } ]
            """);
        server._process = Process.Start(new ProcessStartInfo(program,
            [$"--config.file={config}", $"--storage.tsdb.path={server._folder.FullName}/data", $"--web.listen-address={server.Address}", "--enable-feature=exemplar-storage", "--log.level=error"]))!;
        await server.UntilAsync(async () => (await server._client.GetAsync("/-/ready")).IsSuccessStatusCode);
        return server;
    }

    /// <summary>Number of series that a query finds now.</summary>
    public async Task<int> CountAsync(string query)
    {
        using var answer = await AskAsync("/api/v1/query?query=" + Uri.EscapeDataString(query));
        return answer.RootElement.GetProperty("data").GetProperty("result").GetArrayLength();
    }

    public async Task<JsonDocument> AskAsync(string path)
    {
        using var answer = await _client.GetAsync(path);
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path + ": " + body);
        return JsonDocument.Parse(body);
    }

    /// <summary>Waits, a minute at most, until something holds; a server that does not answer yet does not hold it.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await HoldsAsync(holds))
        {
            _process!.HasExited.ShouldBeFalse("prometheus ended");
            await Task.Delay(100, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) _process.Kill(entireProcessTree: true);
        if (_process is not null) await _process.WaitForExitAsync();
        _process?.Dispose();
        _client.Dispose();
        _port.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<bool> HoldsAsync(Func<Task<bool>> holds)
    {
        try
        {
            return await holds();
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
