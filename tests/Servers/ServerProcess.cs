using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tollgate.Tests.Servers;

/// <summary>A real server, started by a test on loopback with a folder of its own that is thrown away.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    // A database needs half a minute to start where everybody else is at work, too.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly ConcurrentDictionary<Process, byte> Running = new();
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    // A test run that ends early takes its servers with it.
    static ServerProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var process in Running.Keys) End(process);
    };

    private ServerProcess(Process process) => _process = process;

    /// <summary>Of its process.</summary>
    internal int Id => _process.Id;

    /// <summary>Whether a program is on the path, or in one of the folders where Debian puts it.</summary>
    internal static string? Find(string program, params string[] folders) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(folders).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>A port that nobody has at the moment.</summary>
    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts a server and waits until it accepts connections.</summary>
    internal static async Task<ServerProcess> StartAsync(int port, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var server = new ServerProcess(Process.Start(start)!);
        Running.TryAdd(server._process, 0);
        server._process.OutputDataReceived += (_, e) => server.Keep(e.Data);
        server._process.ErrorDataReceived += (_, e) => server.Keep(e.Data);
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        try
        {
            await server.WaitAsync(port);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the server has said something, for one that accepts connections before it serves them.</summary>
    internal async Task UntilSaidAsync(string text)
    {
        var since = Stopwatch.GetTimestamp();
        while (!_output.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            if (Stopwatch.GetElapsedTime(since) > Patience || _process.HasExited) throw new InvalidOperationException($"{_process.StartInfo.FileName} did not say '{text}': {string.Join('\n', _output)}");
            await Task.Delay(20);
        }
    }

    /// <summary>Runs a program to its end.</summary>
    internal static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await output}{await error}");
    }

    /// <summary>Ends the server the way that a power cut does.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Running.TryRemove(_process, out _)) return;
        End(_process);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private async Task WaitAsync(int port)
    {
        var since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < Patience && !_process.HasExited)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }

        throw new InvalidOperationException($"{_process.StartInfo.FileName} did not start: {string.Join('\n', _output)}");
    }

    private void Keep(string? line)
    {
        if (line is not null && _output.Count < 200) _output.Enqueue(line);
    }
}
