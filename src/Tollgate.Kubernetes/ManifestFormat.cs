using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Fields;
using Tollgate.Kubernetes.Resources;
using Tollgate.Kubernetes.Translation;

namespace Tollgate.Kubernetes;

/// <summary>Resource manifests of Envoy AI Gateway as a configuration.</summary>
internal sealed partial class ManifestFormat : ConfigFormat
{
    internal override bool Recognizes(string text) => FirstKey().IsMatch(text) || JsonKey().IsMatch(text);

    internal override LoadResult Load(IReadOnlyList<ConfigText> texts, string name, ConfigContext context)
    {
        var reading = Read(texts, context);
        if (reading.Root is null || !reading.CanRun) return LoadResult.Of(null, [.. reading.Problems, .. reading.Refusals]);

        var problems = reading.Problems.ToList();
        var loaded = ConfigLoader.Bind(reading.Root, texts[0].File, context, problems);
        return loaded.Config is null ? loaded : loaded with { Config = loaded.Config with { Source = name } };
    }

    /// <summary>Reads the manifests and says them in the words of <c>tollgate.yaml</c>.</summary>
    internal static ManifestReading Read(IReadOnlyList<ConfigText> texts, ConfigContext context)
    {
        var problems = new List<ConfigProblem>();
        var refusals = new List<ConfigProblem>();
        var resources = new ResourceReader(KindTable.Default, context, problems, refusals).Read(texts);
        if (resources.Count == 0 && problems.Count == 0) problems.Error(new SourcePlace(texts[0].File, 1, 1), "no resource is here: write an AIGatewayRoute and what it needs");

        // What is not well-formed by itself could only be misunderstood together.
        var isSound = !problems.Exists(problem => problem.IsError);
        var set = new ResourceSet(resources, problems);
        var root = isSound ? new Translator(set, new SecretReader(set, context, texts[0].File, problems), new Findings(problems, refusals)).Translate() : null;
        return new ManifestReading(root, resources.Count, problems.InOrder(), refusals.InOrder());
    }

    [GeneratedRegex("^apiVersion\\s*:", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FirstKey();

    [GeneratedRegex("^\\s*\\{[^{}]*\"apiVersion\"\\s*:", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JsonKey();
}

/// <summary>What manifests gave.</summary>
/// <param name="Root">The <c>tollgate.yaml</c> that says the same; null when they have mistakes.</param>
/// <param name="Resources">How many there are.</param>
/// <param name="Problems">Mistakes and warnings.</param>
/// <param name="Refusals">What is well written, but cannot be run with.</param>
internal sealed record ManifestReading(YamlMap? Root, int Resources, ImmutableArray<ConfigProblem> Problems, ImmutableArray<ConfigProblem> Refusals)
{
    public bool IsValid => !Problems.Any(problem => problem.IsError);

    public bool CanRun => IsValid && Refusals.IsEmpty;
}
