using Tollgate.Upstreams.Http1;

namespace Tollgate.Tests.Upstreams;

/// <summary>Which sockets the tests of upstream connections use; another project has the same tests with others.</summary>
internal static class Wires
{
    /// <summary>Null: .NET's.</summary>
    internal static WireOpener? Opener => null;
}
