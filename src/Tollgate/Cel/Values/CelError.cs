namespace Tollgate.Cel.Values;

/// <summary>Why an evaluation failed.</summary>
/// <param name="Message">In the words of the specification's conformance cases.</param>
/// <param name="Offset">Where in the expression, in characters; -1 when that is not known yet.</param>
internal sealed record CelError(string Message, int Offset = -1)
{
    public static readonly CelValue DivisionByZero = CelValue.Fail("division by zero");
    public static readonly CelValue ModulusByZero = CelValue.Fail("modulus by zero");
    public static readonly CelValue Overflow = CelValue.Fail("integer overflow");
    public static readonly CelValue OutOfRange = CelValue.Fail("out of range");
    public static readonly CelValue NoOverload = CelValue.Fail("no such overload");
    public static readonly CelValue TooCostly = CelValue.Fail("the evaluation costs more than it may");
}
