using System.Collections.Immutable;
using Tollgate.Cel.Values;

namespace Tollgate.Cel.Library;

internal delegate CelValue UnaryFunction(in CelValue value);

internal delegate CelValue BinaryFunction(in CelValue left, in CelValue right);

/// <summary>Types that a function takes and gives. A target counts as the first argument.</summary>
internal sealed record Signature(ImmutableArray<CelType> Parameters, CelType Result, bool IsMember = false);

/// <summary>
/// A function or operator: signatures for the checker, and bodies that look at the kinds of their arguments themselves, for
/// what is <c>dyn</c> is only known when it is there. An argument is never an error.
/// </summary>
internal sealed record CelFunction(string Name, ImmutableArray<Signature> Signatures)
{
    /// <summary>With one argument; null when there is no such overload.</summary>
    public UnaryFunction? Unary { get; init; }

    /// <summary>With two arguments; null when there is no such overload.</summary>
    public BinaryFunction? Binary { get; init; }

    public static Signature Takes(CelType one, CelType gives) => new([one], gives);

    public static Signature Takes(CelType one, CelType two, CelType gives) => new([one, two], gives);

    public static Signature Member(CelType target, CelType gives) => new([target], gives, IsMember: true);

    public static Signature Member(CelType target, CelType argument, CelType gives) => new([target, argument], gives, IsMember: true);
}
