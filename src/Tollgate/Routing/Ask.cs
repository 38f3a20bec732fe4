using Tollgate.Protocols;

namespace Tollgate.Routing;

/// <summary>What a request wants of a backend.</summary>
/// <param name="Operation">A backend whose provider cannot be asked for it, even in translation, is passed over.</param>
internal readonly record struct Ask(Operation Operation)
{
    /// <summary>Name of a provider that must be taken when it is among the capable ones: it made what the request builds on.</summary>
    internal string? Pinned { get; init; }

    /// <summary>Backends that have failed for this request, or cannot say it.</summary>
    internal ICollection<Backend>? Spent { get; init; }

    /// <summary>Names of the providers that may serve the caller; null: all.</summary>
    internal System.Collections.Frozen.FrozenSet<string>? Allowed { get; init; }

    /// <summary>The answer will be a stream.</summary>
    internal bool Stream { get; init; }

    /// <summary>The model that was asked for.</summary>
    internal string? Model { get; init; }

    /// <summary>What keeps it together with other requests.</summary>
    internal ulong? Affinity { get; init; }
}
