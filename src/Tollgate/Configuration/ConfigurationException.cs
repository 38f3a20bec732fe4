namespace Tollgate.Configuration;

/// <summary>The first configuration has mistakes, so there is nothing to run with.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems.Where(p => p.IsError)))
{
    /// <summary>All of them, warnings too, each with its place.</summary>
    public IReadOnlyList<ConfigProblem> Problems { get; } = problems;
}
