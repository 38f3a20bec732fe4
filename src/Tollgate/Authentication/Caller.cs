using System.Collections.Frozen;
using System.Collections.Immutable;
using Tollgate.Configuration;

namespace Tollgate.Authentication;

/// <summary>Who makes a request, however that was shown: by a key, a token, a password or a certificate.</summary>
internal sealed record Caller(string Name)
{
    /// <summary>Id of the key, safe to log; null for callers without one.</summary>
    internal string? KeyId { get; init; }

    /// <summary>How it showed who it is, as <see cref="OfClient"/> and the like say it. Null: by a key that was made at run time.</summary>
    internal string? KnownBy { get; init; }

    /// <summary>The team that it belongs to, or null.</summary>
    internal string? Team { get; init; }

    /// <summary>The organisation that the team belongs to, or null.</summary>
    internal string? Organization { get; init; }

    /// <summary>Claims of a token, by name.</summary>
    internal FrozenDictionary<string, string> Claims { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Model names, or globs of them, that it may ask for. Empty: all.</summary>
    internal ImmutableArray<string> Models { get; init; } = [];

    /// <summary>What its team and its organisation allow: a model must be on these lists, too.</summary>
    internal ImmutableArray<ModelBound> Bounds { get; init; } = [];

    /// <summary>Names of the providers that may serve it, its team and its organisation. Null: all.</summary>
    internal FrozenSet<string>? Providers { get; init; }

    /// <summary>Budgets and limits of its own, of its team and of its organisation, beside those of the configuration.</summary>
    internal ImmutableArray<LimitConfig> Limits { get; init; } = [];

    /// <summary>When it stops to be known. Null: never.</summary>
    internal DateTimeOffset? Expires { get; init; }

    /// <summary>By a password.</summary>
    internal static string OfPassword => "password";

    /// <summary>As a client of the configuration: by its key or its certificate. The name alone would not do, because keys that are made at run time can have the same.</summary>
    internal static string OfClient(string name) => "client:" + name;

    /// <summary>By a token.</summary>
    internal static string OfIssuer(string? issuer) => "issuer:" + issuer;
}

/// <summary>The models that a team or an organisation may ask for.</summary>
/// <param name="Holder">For messages, such as <c>its team</c>.</param>
/// <param name="Models">Names or globs; never empty.</param>
internal sealed record ModelBound(string Holder, ImmutableArray<string> Models);
