using System.Collections.Immutable;

namespace Tollgate.Configuration;

/// <summary>What of a request, beside the name of the model, decides whether a model serves it. All of it must fit.</summary>
public sealed record MatchConfig
{
    /// <summary>The model asked for: a name, or a glob with <c>*</c>. Null: <see cref="ModelPattern"/>.</summary>
    public string? Model { get; init; }

    /// <summary>A regular expression that the whole name must match. Null: <see cref="Model"/>.</summary>
    public string? ModelPattern { get; init; }

    /// <summary>What headers must hold.</summary>
    public ImmutableArray<HeaderMatch> Headers { get; init; } = [];

    /// <summary>Hosts that callers address, such as <c>api.my.org</c> or <c>*.my.org</c>. Empty: all that no other model names.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];
}
