using System.Diagnostics;
using System.Globalization;

namespace Tollgate.Bench.Rig.Subjects;

/// <summary>
/// A process that ends with this one, whatever ends this one: a shell beside it holds the end of a pipe, and kills it when the other end is gone. What it
/// writes goes to nowhere, and its errors to a file.
/// </summary>
internal sealed class GuardedProcess : IDisposable
{
    // Signals from the terminal reach the whole group; the guard must outlive them.
    private const string Guard = """
        trap '' INT TERM HUP
        "$@" </dev/null >/dev/null 2>"$0" &
        echo $!
        cat >/dev/null
        kill -KILL $! 2>/dev/null
        wait
        """;

    private readonly Process _guard;
    private readonly string _errors;
    private int _disposed;

    private GuardedProcess(Process guard, int id, string errors) => (_guard, Id, _errors) = (guard, id, errors);

    internal int Id { get; }

    /// <summary>Seconds of CPU so far, and what memory it has now.</summary>
    internal ProcessMeters Meters => new(Id);

    internal static GuardedProcess Start(Launch launch, string folder, string name)
    {
        var errors = Path.Combine(folder, name + ".log");
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", Guard, errors, .. launch.Command]) start.ArgumentList.Add(argument);

        // Settings of the load itself, and whatever the caller's shell says about telemetry, are not the subject's.
        foreach (var variable in start.Environment.Keys.Where(k => k.StartsWith("DOTNET_Th", StringComparison.Ordinal) || k.StartsWith("OTEL_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(variable);
        foreach (var (variable, value) in launch.Environment) start.Environment[variable] = value;
        var guard = Process.Start(start)!;
        var id = int.Parse(guard.StandardOutput.ReadLine() ?? throw new IOException("the shell did not start " + launch.Command[0]), CultureInfo.InvariantCulture);
        return new GuardedProcess(guard, id, errors);
    }

    /// <summary>The end of what it wrote to its standard error.</summary>
    internal string LastErrors()
    {
        var text = File.Exists(_errors) ? File.ReadAllText(_errors).Trim() : "";
        return text.Length > 400 ? text[^400..] : text;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _guard.StandardInput.Dispose();
        _guard.WaitForExit(5000);
        _guard.Dispose();
    }
}
