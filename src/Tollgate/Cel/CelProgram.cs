using Tollgate.Cel.Evaluation;
using Tollgate.Cel.Values;

namespace Tollgate.Cel;

/// <summary>A compiled expression. Immutable; may be evaluated by many threads at once.</summary>
internal sealed class CelProgram(string text, Step root, CelType type, int locals, long steps)
{
    /// <summary>Type of the result, as far as it is known.</summary>
    public CelType Type => type;

    /// <summary>The expression as written.</summary>
    public string Text => text;

    /// <summary>Evaluates it. Never throws and never runs on: what fails, or costs too much, is a value of kind <see cref="CelKind.Error"/>.</summary>
    /// <param name="variables">Values in the order of the environment's variables. Arithmetic on them allocates nothing.</param>
    public CelValue Evaluate(ReadOnlySpan<CelValue> variables)
    {
        var frame = new Frame(variables, locals == 0 ? [] : new CelValue[locals], steps);
        return root.Evaluate(ref frame);
    }

    /// <summary>An evaluation's error, with its place in the expression.</summary>
    public string Explain(CelError error) =>
        error.Offset < 0 ? error.Message : CelProblem.At(text, error.Offset, error.Message).ToString();
}
