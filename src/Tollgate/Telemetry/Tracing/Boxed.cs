namespace Tollgate.Telemetry.Tracing;

/// <summary>
/// Numbers and truth values as the objects that attributes of spans are. What comes again and again (statuses, ports, counts of attempts and of
/// tokens) is boxed once.
/// </summary>
internal static class Boxed
{
    private const int Kept = 8192;

    private static readonly object True = true;
    private static readonly object False = false;
    private static readonly object?[] Ints = new object?[Kept];
    private static readonly object?[] Longs = new object?[Kept];

    internal static object Of(bool value) => value ? True : False;

    // Two threads may box the same number at once; either box will do.
    internal static object Of(int value) => (uint)value < Kept ? Ints[value] ??= value : value;

    internal static object Of(long value) => (ulong)value < Kept ? Longs[value] ??= value : value;
}
