using System.Diagnostics;
using System.Globalization;

namespace Tollgate.Bench.Rig.Subjects;

/// <summary>
/// Who has which processors: the subject one, load and mock provider the others. Where they share them, the kernel lets a client that is woken by an answer take
/// the processor from who sent it, and figures of the same code differ by half from one minute to the next.
/// </summary>
/// <param name="Subject">The subject's, as <c>taskset(1)</c> writes it.</param>
/// <param name="Others">Of load and mock.</param>
internal sealed record Processors(string Subject, string Others)
{
    private const string Taskset = "taskset";

    /// <summary>What a command is put behind to run on the subject's processor.</summary>
    internal IReadOnlyList<string> Prefix => [Taskset, "-c", Subject];

    /// <summary>Of this machine. Null: it has one processor only, or no <c>taskset</c>.</summary>
    internal static Processors? Divide()
    {
        const string allowed = "Cpus_allowed_list:";
        var list = File.ReadLines("/proc/self/status").First(l => l.StartsWith(allowed, StringComparison.Ordinal))[allowed.Length..];
        return Workshop.Find(Taskset) is null ? null : Divide(list.Trim());
    }

    /// <summary>Of a list as the kernel writes it (cpuset(7), list format): <c>0-3,6</c>.</summary>
    internal static Processors? Divide(string list)
    {
        int[] all = [.. list.Split(',').SelectMany(Range)];
        return all.Length < 2 ? null : new Processors(Text(all[^1]), string.Join(',', all[..^1].Select(Text)));
    }

    /// <summary>Lets all threads of a process run on those of load and mock from now on.</summary>
    internal void Beside(int process)
    {
        using var taskset = Process.Start(new ProcessStartInfo(Taskset, ["-a", "-c", "-p", Others, Text(process)]) { RedirectStandardOutput = true })!;
        taskset.StandardOutput.ReadToEnd();
        taskset.WaitForExit();
        if (taskset.ExitCode != 0) throw new IOException($"{Taskset} could not move process {Text(process)} to processors {Others}");
    }

    private static IEnumerable<int> Range(string part)
    {
        var ends = part.Split('-');
        var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
        return Enumerable.Range(first, int.Parse(ends[^1], CultureInfo.InvariantCulture) - first + 1);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
