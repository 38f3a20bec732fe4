using System.Globalization;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig;

/// <summary><c>mock PORT</c>: the mock provider as a process of its own, until it is killed.</summary>
internal static class MockCommand
{
    internal static async Task<int> RunAsync(string[] args)
    {
        using var mock = new MockProvider(int.Parse(args[0], CultureInfo.InvariantCulture));
        await mock.Accepting;
        return 0;
    }
}
