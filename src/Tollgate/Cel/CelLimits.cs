namespace Tollgate.Cel;

/// <summary>Bounds that keep an expression from costing more than it is worth, whoever wrote it.</summary>
/// <param name="Length">Characters of an expression.</param>
/// <param name="Depth">How deep its parts may nest.</param>
/// <param name="Steps">What one evaluation may cost: steps, and the size of what they handle.</param>
internal sealed record CelLimits(int Length = 8192, int Depth = 200, long Steps = 100_000)
{
    public static CelLimits Default { get; } = new();
}
