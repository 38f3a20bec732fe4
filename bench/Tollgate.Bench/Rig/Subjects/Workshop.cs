using System.Net;
using System.Net.Sockets;

namespace Tollgate.Bench.Rig.Subjects;

/// <summary>What subjects are made from: a folder of the run, the mock provider's port, the built programs, and a cache for what is installed.</summary>
internal sealed class Workshop : IDisposable
{
    private readonly Dictionary<string, int> _ports = new(StringComparer.Ordinal);

    internal Workshop(string repository)
    {
        Repository = repository;
        Folder = Directory.CreateTempSubdirectory("tollgate-bench-").FullName;
        Cache = Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "tollgate-bench");
    }

    /// <summary>Removed at the end. Small, so that a server that watches its content root has little to watch.</summary>
    internal string Folder { get; }

    /// <summary>Stays, so that packages are installed once.</summary>
    internal string Cache { get; }

    internal string Repository { get; }

    internal int MockPort => Port(Names.Direct);

    /// <summary>A free port of loopback, always the same for a name.</summary>
    internal int Port(string name)
    {
        if (_ports.TryGetValue(name, out var known)) return known;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return _ports[name] = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The path of a program's assembly as <c>dotnet build -c Release</c> leaves it.</summary>
    internal string Built(string project)
    {
        var name = Path.GetFileName(project);
        return Path.Combine(Repository, project, "bin", "Release", "net10.0", name + ".dll");
    }

    /// <summary>Writes a file of a subject, and gives its path.</summary>
    internal string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    internal static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
