using System.Runtime.CompilerServices;

namespace Tollgate.Reuse;

/// <summary>A number of each thread's own, from 1.</summary>
internal static class ThreadPlace
{
    private static int _last;

    [ThreadStatic]
    private static uint _number;

    internal static uint Number => _number != 0 ? _number : Next();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint Next() => _number = (uint)Interlocked.Increment(ref _last);
}
