using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace Tollgate.Simulator;

/// <summary>What the simulator stands in for, and how fast it answers.</summary>
public sealed record SimulatorOptions
{
    /// <summary>
    /// Catalogue kinds to answer for, such as <c>openai</c>, <c>anthropic</c>, <c>aws-bedrock</c>, <c>azure-openai</c>,
    /// <c>gcp-vertex</c>, <c>gcp-anthropic</c>, <c>aws-anthropic</c>, <c>cohere</c>. Any other name counts as
    /// OpenAI-compatible. Null: all of them. A path of a kind that is left out answers 404.
    /// </summary>
    public ImmutableArray<string>? Kinds { get; init; }

    /// <summary>Time from a request to the first token. Zero: at once.</summary>
    public TimeSpan FirstTokenLatency { get; init; }

    /// <summary>Tokens a second after the first. Zero: as fast as the reader takes them.</summary>
    public double TokensPerSecond { get; init; }

    /// <summary>
    /// True: a request without a credential is refused as the provider would refuse it. The header
    /// <c>x-sim-require-key</c> asks the same for one request.
    /// </summary>
    public bool RequireKey { get; init; }

    /// <summary>
    /// Asked once for each request, when it comes: the knobs for it, such as <c>503</c> or <c>cut-after-20</c>, or null. For
    /// rehearsals that take a course: down for a while, then up again. Called from several threads at once.
    /// </summary>
    public Func<HttpRequest, string?>? Knobs { get; init; }

    /// <summary>Where the ids of answers come from. Null: a source of its own. Give a seeded one to get the same ids again.</summary>
    public Random? Chance { get; init; }
}
