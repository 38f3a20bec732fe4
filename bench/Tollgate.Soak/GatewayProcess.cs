using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tollgate.Soak;

/// <summary>The gateway as a process of its own, as it ships, and what the system says about it.</summary>
internal sealed class GatewayProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private readonly int _port = FreePort();
    private readonly int _adminPort = FreePort();
    private readonly HttpClient _admin = new();
    private readonly Uri _providers;

    internal GatewayProcess(string command, Uri providers)
    {
        _providers = providers;
        _folder = Directory.CreateTempSubdirectory("tollgate-soak-").FullName;
        WriteConfig(weight: 1);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.GetFullPath(command), "run", ConfigFile]) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { }; // the access log: read, so that the pipe does not fill
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    internal Uri Address => new($"http://127.0.0.1:{_port}");

    private string ConfigFile => Path.Combine(_folder, "tollgate.yaml");

    internal async Task ReadyAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < 200; i++)
        {
            try
            {
                using var response = await _admin.GetAsync(new Uri($"http://127.0.0.1:{_adminPort}/readyz"), cancellationToken);
                if (response.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(100, cancellationToken);
        }

        throw new InvalidOperationException("the gateway did not get ready within 20 s");
    }

    /// <summary>A new configuration, put in place of the old one as editors and config maps do.</summary>
    internal void WriteConfig(int weight)
    {
        var next = ConfigFile + ".next";
        File.WriteAllText(next, $$"""
            listen: 127.0.0.1:{{_port}}
            admin: 127.0.0.1:{{_adminPort}}
            retry: { attempts: 4, maxWait: 2s }
            stateDir: {{_folder}}/state
            providers:
              openai: { url: "{{_providers}}v1", key: any, timeouts: &limits { firstToken: 2s, idle: 2s, total: 20s } }
              claude: { kind: anthropic, url: "{{_providers}}v1", key: any, timeouts: *limits }
              bedrock: { kind: aws-bedrock, region: us-east-1, url: "{{_providers}}", aws: { accessKeyId: any, secretAccessKey: any }, timeouts: *limits }
            models:
              chat:
                - { provider: openai, model: gpt-5, weight: {{weight}} }
                - { provider: claude, model: claude-sonnet-4, weight: 2 }
                - { provider: bedrock, model: anthropic.claude-sonnet-4, priority: 1 }
              relay: [openai, { provider: claude, model: claude-sonnet-4, priority: 1 }]
              translated: { backends: [{ provider: bedrock, model: anthropic.claude-sonnet-4 }, { provider: openai, model: gpt-5, priority: 1 }], brokenStream: resume }
            """);
        File.Move(next, ConfigFile, overwrite: true);
    }

    /// <summary>What it holds now.</summary>
    internal async Task<GatewaySample> SampleAsync(CancellationToken cancellationToken)
    {
        var metrics = await _admin.GetStringAsync(new Uri($"http://127.0.0.1:{_adminPort}/metrics"), cancellationToken);
        var files = Directory.GetFiles($"/proc/{_process.Id}/fd").Length;
        return new GatewaySample(Status("VmRSS:") / 1024.0, files, (int)Status("Threads:"), Metric(metrics, "tollgate_requests_active"));
    }

    /// <summary>Ends it as an orchestrator would; its exit status.</summary>
    internal async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
        _admin.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private long Status(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }

    private static double Metric(string metrics, string name)
    {
        var line = metrics.Split('\n').FirstOrDefault(l => l.StartsWith(name + " ", StringComparison.Ordinal) || l.StartsWith(name + "{", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>What the gateway holds at one moment.</summary>
/// <param name="Memory">Resident, MB.</param>
/// <param name="Files">Open descriptors, sockets included.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Active">Requests that it thinks it serves.</param>
internal sealed record GatewaySample(double Memory, int Files, int Threads, double Active);
