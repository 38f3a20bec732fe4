using System.Collections.Immutable;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Kubernetes;

/// <summary>Looks at manifests without running with them.</summary>
internal static class Manifests
{
    private static readonly ManifestFormat Format = new();

    public static bool Recognizes(string text) => Format.Recognizes(text);

    /// <summary>The <c>tollgate.yaml</c> that says the same; null, with the reasons, when there is none.</summary>
    public static YamlMap? Convert(IReadOnlyList<ConfigText> texts, ConfigContext context, List<ConfigProblem> problems)
    {
        var reading = ManifestFormat.Read(texts, context);
        problems.AddRange(reading.Problems);
        problems.AddRange(reading.Refusals);
        return reading.CanRun ? reading.Root : null;
    }

    /// <summary>Everything that is to be said of them: of what is well-formed, also what loading it gives.</summary>
    public static ManifestCheck Check(IReadOnlyList<ConfigText> texts, ConfigContext context)
    {
        var reading = ManifestFormat.Read(texts, context);
        var problems = reading.CanRun ? Format.Load(texts, texts[0].File, context).Problems : reading.Problems;
        return new ManifestCheck(reading.Resources, problems, reading.Refusals);
    }
}

/// <summary>What is to be said of manifests.</summary>
/// <param name="Resources">How many there are.</param>
/// <param name="Problems">Mistakes and warnings.</param>
/// <param name="Refusals">What is well written, but cannot be run with.</param>
internal sealed record ManifestCheck(int Resources, ImmutableArray<ConfigProblem> Problems, ImmutableArray<ConfigProblem> Refusals)
{
    public bool IsValid => !Problems.Any(problem => problem.IsError);
}
