using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig;

/// <summary>What the script needs beside the measurement: the mock provider as a process, and ports that are free.</summary>
internal static class ProcessCommands
{
    /// <summary><c>mock PORT</c>: serves until it is killed, or for ten minutes, so that a script that died leaves nothing behind.</summary>
    internal static async Task<int> MockAsync(string[] args)
    {
        using var mock = new MockProvider(int.Parse(args[0], CultureInfo.InvariantCulture));
        await Task.WhenAny(mock.Accepting, Task.Delay(TimeSpan.FromMinutes(10)));
        return 0;
    }

    /// <summary><c>ports COUNT</c>: prints so many ports that nobody listens on.</summary>
    internal static int Ports(string[] args)
    {
        var listeners = Enumerable.Range(0, int.Parse(args[0], CultureInfo.InvariantCulture)).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners) listener.Start();
        Console.WriteLine(string.Join(' ', listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture))));
        foreach (var listener in listeners) listener.Dispose();
        return 0;
    }
}
