using System.Globalization;
using System.Text.RegularExpressions;

namespace Tollgate.Bench.Rig;

/// <summary>What a process has used up so far, read from outside of it. Linux alone.</summary>
internal readonly partial record struct ProcessMeters(int Process)
{
    // USER_HZ, which Linux has fixed at 100 for user space.
    private const double TicksPerSecond = 100;

    private static readonly HttpClient Http = new();

    /// <summary>False when it has ended, also while nobody has asked for its status.</summary>
    internal bool Alive
    {
        get
        {
            try
            {
                return !File.ReadLines(Place("status")).Any(l => l.StartsWith("State:\tZ", StringComparison.Ordinal));
            }
            catch (IOException)
            {
                // It has no files any more, or ended while this one was read.
                return false;
            }
        }
    }

    /// <summary>Seconds of CPU, user and system, of all threads that it ever had.</summary>
    internal double CpuSeconds()
    {
        var stat = File.ReadAllText(Place("stat"));

        // The command's name is in parentheses and may hold anything; behind it, user time is the 12th field and system time the 13th.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    /// <summary>Megabytes of memory that are its own, and its share of what it has in common with others.</summary>
    internal double ProportionalMegabytes() => Kilobytes("smaps_rollup", "Pss:") / 1024;

    /// <summary>Megabytes of its address space that are in memory, shared ones too.</summary>
    internal double ResidentMegabytes() => Kilobytes("status", "VmRSS:") / 1024;

    /// <summary>Bytes that a gateway has ever allocated on its managed heap, as its own metrics tell.</summary>
    internal static async Task<double?> AllocatedAsync(int? admin)
    {
        if (admin is not { } port) return null;
        var text = await Http.GetStringAsync(new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/metrics"));
        var match = Allocated().Match(text);
        return match.Success
            ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidDataException("/metrics has no dotnet_gc_heap_total_allocated_bytes_total");
    }

    private double Kilobytes(string file, string name)
    {
        var line = File.ReadLines(Place(file)).First(l => l.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line.AsSpan(name.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
    }

    private string Place(string file = "") => $"/proc/{Process.ToString(CultureInfo.InvariantCulture)}/{file}";

    [GeneratedRegex(@"^dotnet_gc_heap_total_allocated_bytes_total(?:\{[^}]*\})? (\S+)", RegexOptions.Multiline)]
    private static partial Regex Allocated();
}
