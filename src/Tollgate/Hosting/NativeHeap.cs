using System.Runtime.InteropServices;

namespace Tollgate.Hosting;

/// <summary>Memory that the runtime itself takes from the C library: its compiler, above all, which works hardest while a burst lasts.</summary>
internal static class NativeHeap
{
    // The name of glibc's: another C library has no such call, and gives memory back by itself.
    private const string Library = "libc.so.6";

    /// <summary>Gives the system what is free in it. Where the C library is another one, nothing happens.</summary>
    /// <returns>False when nothing could be given back.</returns>
    internal static bool Trim()
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            return malloc_trim(0) != 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary><see href="https://man7.org/linux/man-pages/man3/malloc_trim.3.html">malloc_trim(3)</see>: all arenas, not only the top of one.</summary>
    /// <param name="pad">Bytes to keep at the top of the main arena.</param>
#pragma warning disable SYSLIB1054 // a generated stub needs unsafe code, and there is nothing to marshal
    [DllImport(Library, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int malloc_trim(nuint pad);
#pragma warning restore SYSLIB1054
}
