using System.Globalization;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Servers;

/// <summary>Debian's redis-server on a port of its own. Nothing is kept.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly string[] _settings;
    private readonly HeldPort _port;
    private ServerProcess _process;

    private RedisServer(ServerProcess process, DirectoryInfo folder, HeldPort port, string[] settings) => (_process, _folder, _port, _settings) = (process, folder, port, settings);

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    internal int Port => _port.Number;

    /// <summary>Null where there is no server to be had, and then why.</summary>
    internal static string? Missing => Program is null ? "redis-server is not installed: ./dev check installs it" : null;

    private static string? Program => ServerProcess.Find("redis-server", "/usr/bin", "/usr/local/bin");

    /// <summary>Starts one, with settings as on its command line.</summary>
    internal static async Task<RedisServer> StartAsync(params string[] settings)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        var folder = Directory.CreateTempSubdirectory("tollgate-redis-");
        var port = settings.Contains("--cluster-enabled") ? HeldPort.TakeForNode() : HeldPort.Take();
        try
        {
            return new RedisServer(await LaunchAsync(folder, port.Number, settings), folder, port, settings);
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }

    /// <summary>Ends it at once. What it held is gone.</summary>
    internal ValueTask KillAsync() => _process.DisposeAsync();

    /// <summary>Starts it again at the same port, empty.</summary>
    internal async Task RestartAsync() => _process = await LaunchAsync(_folder, Port, _settings);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _port.Dispose();
        _folder.Delete(recursive: true);
    }

    private static Task<ServerProcess> LaunchAsync(DirectoryInfo folder, int port, string[] settings)
    {
        var number = port.ToString(CultureInfo.InvariantCulture);
        string[] plain = settings.Contains("--tls-port") ? ["--port", "0", "--tls-port", number] : ["--port", number];
        return ServerProcess.StartAsync(port, Program!, [.. plain, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder.FullName, .. settings.Where(s => s != "--tls-port")]);
    }
}
