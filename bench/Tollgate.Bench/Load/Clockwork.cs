using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tollgate.Bench.Load;

/// <summary>
/// Waits to within some microseconds without spinning: the runtime's timers are a millisecond wide, and a spinning thread would take a processor away
/// from what is measured. Linux alone.
/// </summary>
internal static partial class Clockwork
{
    private const int Monotonic = 1;
    private const int Absolute = 1;
    private const int SetTimerSlack = 29;

    /// <summary>Lets this thread's waits end on time; by default the kernel may be 50 µs late.</summary>
    internal static void Tighten() => _ = ProcessControl(SetTimerSlack, 1, 0, 0, 0);

    /// <summary>Until <see cref="Stopwatch.GetTimestamp"/> says this, which is the same clock.</summary>
    internal static void WaitUntil(long timestamp)
    {
        if (timestamp <= Stopwatch.GetTimestamp()) return;
        var until = new TimeSpec((nint)(timestamp / 1_000_000_000), (nint)(timestamp % 1_000_000_000));
        while (ClockNanosleep(Monotonic, Absolute, in until, 0) != 0)
        {
            // A signal woke it.
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ClockNanosleep(int clock, int flags, in TimeSpec request, nint remaining);

    [LibraryImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ProcessControl(int option, nuint first, nuint second, nuint third, nuint fourth);

    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);
}
