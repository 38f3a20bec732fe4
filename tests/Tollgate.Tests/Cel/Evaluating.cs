using Tollgate.Cel;
using Tollgate.Cel.Values;

namespace Tollgate.Tests.Cel;

/// <summary>Compiles and evaluates in one go.</summary>
internal static class Evaluating
{
    public static readonly CelEnvironment Tokens = new(new("input", CelType.Uint), new("output", CelType.Uint), new("model", CelType.String), new("any", CelType.Dyn));

    public static CelValue Value(string expression, params ReadOnlySpan<CelValue> variables)
    {
        var compiled = CelCompiler.Compile(expression, Tokens);
        compiled.Problems.ShouldBeEmpty(expression);
        return compiled.Program!.Evaluate(variables);
    }

    public static string Problem(string expression)
    {
        var compiled = CelCompiler.Compile(expression, Tokens);
        compiled.Program.ShouldBeNull(expression);
        return string.Join('\n', compiled.Problems);
    }

    /// <summary>Evaluates without checking types first.</summary>
    public static CelValue Unchecked(string expression, params ReadOnlySpan<CelValue> variables) =>
        CelCompiler.Compile(expression, Tokens, check: false).Program!.Evaluate(variables);
}
