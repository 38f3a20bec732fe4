using System.Globalization;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Servers;

/// <summary>Debian's PostgreSQL on a port of its own, with a data directory that is thrown away. It does not run as root, so root steps down for it.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly HeldPort _port;
    private ServerProcess _process;

    private PostgresServer(ServerProcess process, DirectoryInfo folder, HeldPort port) => (_process, _folder, _port) = (process, folder, port);

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    internal int Port => _port.Number;

    /// <summary>How Npgsql reaches it: everybody on loopback is trusted.</summary>
    internal string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres");

    /// <summary>The same as a URL.</summary>
    internal string Url => string.Create(CultureInfo.InvariantCulture, $"postgres://postgres@127.0.0.1:{Port}/postgres");

    /// <summary>Null where there is no server to be had, and then why.</summary>
    internal static string? Missing => Program("postgres") is null || Program("initdb") is null ? "postgresql-15 is not installed: ./dev check installs it" : null;

    private static bool IsRoot => Environment.UserName == "root";

    /// <summary>Makes a data directory and starts a server on it.</summary>
    internal static async Task<PostgresServer> StartAsync()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        var folder = Directory.CreateTempSubdirectory("tollgate-postgres-");
        if (IsRoot) await ServerProcess.RunAsync("chown", "postgres", folder.FullName);
        await RunAsync(Program("initdb")!, "-D", Data(folder), "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale");
        var port = HeldPort.Take();
        try
        {
            return new PostgresServer(await LaunchAsync(folder, port.Number), folder, port);
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }

    /// <summary>Ends it the way that a power cut does. What was committed stays.</summary>
    internal ValueTask KillAsync() => _process.DisposeAsync();

    /// <summary>Starts it again on the same data and port.</summary>
    internal async Task RestartAsync() => _process = await LaunchAsync(_folder, Port);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _port.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<ServerProcess> LaunchAsync(DirectoryInfo folder, int port)
    {
        var (program, arguments) = AsPostgres(Program("postgres")!,
            "-D", Data(folder), "-k", folder.FullName, "-c", "listen_addresses=127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-c", "max_connections=100");
        var server = await ServerProcess.StartAsync(port, program, arguments);
        try
        {
            await server.UntilSaidAsync("ready to accept connections"); // until then it refuses those that it accepts
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static Task RunAsync(string program, params string[] arguments)
    {
        var (first, rest) = AsPostgres(program, arguments);
        return ServerProcess.RunAsync(first, rest);
    }

    // setpriv becomes the program, so that ending the process ends the server.
    private static (string Program, string[] Arguments) AsPostgres(string program, params string[] arguments) =>
        IsRoot ? ("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments]) : (program, arguments);

    private static string Data(DirectoryInfo folder) => Path.Combine(folder.FullName, "data");

    private static string? Program(string name) => ServerProcess.Find(name, "/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin");
}
