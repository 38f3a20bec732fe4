using System.Globalization;
using System.Text.RegularExpressions;

namespace Tollgate.Bench.Rig;

/// <summary>What a process has used up so far, read from outside of it.</summary>
internal static partial class ProcessMeters
{
    // USER_HZ, which Linux has fixed at 100 for user space.
    private const double TicksPerSecond = 100;

    private static readonly HttpClient Http = new();

    /// <summary>Seconds of CPU, user and system.</summary>
    internal static double CpuSeconds(int process)
    {
        var stat = File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");

        // The command's name is in parentheses and may hold anything; behind it, user time is the 12th field and system time the 13th.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

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

    [GeneratedRegex(@"^dotnet_gc_heap_total_allocated_bytes_total(?:\{[^}]*\})? (\S+)", RegexOptions.Multiline)]
    private static partial Regex Allocated();
}
