using System.Diagnostics;
using System.Runtime.InteropServices;
using Tollgate.Bench.Rig.Subjects;

namespace Tollgate.Bench.Rig;

/// <summary>What a reader must know of where and how the figures came about.</summary>
internal static class Machine
{
    internal static IReadOnlyDictionary<string, string> Describe(BenchOptions options, Workshop workshop) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["date"] = FormattableString.Invariant($"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC"),
        ["commit"] = Said(workshop.Repository, "git", "rev-parse", "--short", "HEAD"),
        ["processor"] = Processor(),
        ["cores"] = FormattableString.Invariant($"{Environment.ProcessorCount}"),
        ["system"] = RuntimeInformation.OSDescription,
        ["processors"] = options.Processors is { } divided ? $"{divided.Subject} for the subject, {divided.Others} for load and mock" : "shared by subject, load and mock",
        ["load before"] = File.ReadAllText("/proc/loadavg").Split(' ')[0],
        [".NET"] = Environment.Version.ToString(),
        ["nginx"] = Said(workshop.Folder, Workshop.Find("nginx"), "-v"),
        ["haproxy"] = Said(workshop.Folder, Workshop.Find("haproxy"), "-v"),
        ["Node.js"] = Said(workshop.Folder, Workshop.Find("node"), "-v"),
        ["rounds"] = FormattableString.Invariant($"{options.Rounds}"),
        ["seconds"] = FormattableString.Invariant($"{options.Seconds}"),
    };

    private static string Processor() => File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown";

    // The first line of what a program says about itself, on either of its outputs.
    private static string Said(string folder, string? program, params string[] arguments)
    {
        if (program is null) return "not installed";
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? said.Trim().Split('\n')[0].Trim() : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
