using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig.Subjects;

/// <summary>How a subject is started, once its port is known.</summary>
/// <param name="Command">Program and arguments.</param>
/// <param name="Form">How it wants to be asked.</param>
internal sealed record Launch(IReadOnlyList<string> Command, ClientForm Form)
{
    internal IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where a Tollgate tells its metrics.</summary>
    internal int? Admin { get; init; }
}
