using Tollgate.Configuration;

namespace Tollgate.Kubernetes.Translation;

/// <summary>What is to be said of manifests.</summary>
/// <param name="Problems">Mistakes and warnings.</param>
/// <param name="Refusals">What is well written, but would not be what the gateway does: it does not run with it.</param>
internal sealed record Findings(ICollection<ConfigProblem> Problems, ICollection<ConfigProblem> Refusals)
{
    /// <summary>Never silently less than what was written.</summary>
    public void Refuse(SourcePlace place, string message) => Refusals.Add(new ConfigProblem(place, message));

    public void Warn(SourcePlace place, string message) => Problems.Warning(place, message);
}
