using System.Collections.Frozen;
using System.Collections.Immutable;
using Tollgate.Configuration;

namespace Tollgate.Authentication;

/// <summary>Who makes a request, however that was shown: by a key, a token or a certificate.</summary>
internal sealed record Caller(string Name)
{
    /// <summary>Id of the key, safe to log; null for callers without one.</summary>
    internal string? KeyId { get; init; }

    /// <summary>The team that it belongs to, or null.</summary>
    internal string? Team { get; init; }

    /// <summary>The organisation that the team belongs to, or null.</summary>
    internal string? Organization { get; init; }

    /// <summary>Claims of a token, by name.</summary>
    internal FrozenDictionary<string, string> Claims { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Model names, or globs of them, that it may ask for. Empty: all.</summary>
    internal ImmutableArray<string> Models { get; init; } = [];

    /// <summary>Names of the providers that may serve it. Empty: all.</summary>
    internal ImmutableArray<string> Providers { get; init; } = [];

    /// <summary>Budgets and limits of its own, of its team and of its organisation, beside those of the configuration.</summary>
    internal ImmutableArray<LimitConfig> Limits { get; init; } = [];
}
