using System.Collections.Immutable;
using Tollgate.Cel.Checking;
using Tollgate.Cel.Evaluation;
using Tollgate.Cel.Syntax;

namespace Tollgate.Cel;

/// <summary>What compiling gave.</summary>
/// <param name="Program">Null when there are <paramref name="Problems"/>.</param>
/// <param name="Problems">In the order of their places.</param>
internal sealed record CelCompilation(CelProgram? Program, ImmutableArray<CelProblem> Problems);

/// <summary>Turns text into a checked program. With <see cref="CelEnvironment"/> and <see cref="CelProgram"/> all that the gateway sees of CEL.</summary>
internal static class CelCompiler
{
    /// <summary>Parses and checks an expression.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="environment">The variables that it may use.</param>
    /// <param name="limits">Bounds; <see cref="CelLimits.Default"/> when null.</param>
    /// <param name="check">False leaves types to the evaluation, as the specification allows.</param>
    public static CelCompilation Compile(string text, CelEnvironment environment, CelLimits? limits = null, bool check = true)
    {
        limits ??= CelLimits.Default;
        if (text.Length > limits.Length)
        {
            return Failed([new CelProblem(1, 1, $"the expression is longer than {limits.Length} characters")]);
        }

        var parser = new Parser(text, limits.Depth);
        var expression = parser.ParseAll();
        if (parser.Problem is { } problem) return Failed([CelProblem.At(text, problem.Offset, problem.Message)]);

        var type = CelType.Dyn;
        if (check)
        {
            var checker = new Checker(environment);
            type = checker.TypeOf(expression);
            if (checker.Problems.Count > 0)
            {
                return Failed([.. checker.Problems.OrderBy(found => found.Offset).Select(found => CelProblem.At(text, found.Offset, found.Message))]);
            }
        }

        var planner = new Planner(environment);
        var root = planner.Plan(expression);
        return new CelCompilation(new CelProgram(text, root, type, planner.Locals, limits.Steps), []);
    }

    private static CelCompilation Failed(ImmutableArray<CelProblem> problems) => new(null, problems);
}
