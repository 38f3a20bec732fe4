using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Hosting;
using Tollgate.Metering;
using Tollgate.Telemetry;
using Tollgate.Tests.Authentication;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Reloading;

/// <summary>A gateway that reads a file of its own in a folder of its own, on a clock that the test moves.</summary>
internal sealed class FileGateway : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tollgate-reload-");

    private FileGateway()
    {
    }

    public ManualTime Time { get; } = new();

    public ListLoggerProvider Log { get; } = new();

    public GatewayHost Host { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public string ConfigFile => PathOf("tollgate.yaml");

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Writes the files, <c>tollgate.yaml</c> among them, and starts.</summary>
    public static Task<FileGateway> StartAsync(params (string Name, string Text)[] files) =>
        StartAsync(new ConfigContext(_ => null, Catalogue.Default), "tollgate.yaml", [.. files.Select(file => file.Name == "tollgate.yaml" ? (file.Name, Whole(file.Text)) : file)]);

    /// <summary>Writes the files and starts with one of them, or with the folder (empty), read against <paramref name="context"/>.</summary>
    public static async Task<FileGateway> StartAsync(ConfigContext context, string config, params (string Name, string Text)[] files)
    {
        var gateway = new FileGateway();
        foreach (var (name, text) in files) await File.WriteAllTextAsync(gateway.PathOf(name), text);
        gateway.Host = GatewayHost.Create(
            services =>
            {
                services.AddSingleton<TimeProvider>(gateway.Time);
                services.AddSingleton(context);
                services.AddTollgate(gateway.PathOf(config));
                services.AddSingleton(p => new AccessLog(Stream.Null, new AccessLogConfig(), TimeProvider.System, p.GetRequiredService<GatewayMetrics>().AccessLogDropped));
            },
            logging => logging.AddProvider(gateway.Log));
        await gateway.Host.StartAsync();
        gateway.Client = new HttpClient { BaseAddress = gateway.Host.Addresses[0], Timeout = TimeSpan.FromSeconds(60) };
        return gateway;
    }

    /// <summary>A file for this gateway: the listeners are added.</summary>
    public static string Whole(string text) => "listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\n" + text;

    /// <summary>
    /// Lets the clock go on until the log has a line that says <paramref name="text"/>. More and more slowly: on a machine that has no time for
    /// the look, a stream that runs meanwhile must not come to the end of its limits.
    /// </summary>
    public async Task LookUntilAsync(string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var pause = 5; !Log.Lines.Any(l => l.Contains(text, StringComparison.Ordinal)); pause += pause / 2)
        {
            Time.Advance(Look);
            await Task.Delay(pause, limit.Token);
        }
    }

    public async Task<(int Status, string Body)> ChatAsync(string model = "m")
    {
        using var content = new StringContent($"{{\"model\":{JsonSerializer.Serialize(model)}}}", Encoding.UTF8, "application/json");
        using var response = await Client.PostAsync("/v1/chat/completions", content);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.StopAsync();
        await Host.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
