using System.Collections.Immutable;

namespace Tollgate.Cel;

/// <summary>A name that an expression may use.</summary>
/// <param name="Name">May have dots.</param>
/// <param name="Type">What its value is; <see cref="CelType.Dyn"/> when that is only known when it is evaluated.</param>
internal readonly record struct CelVariable(string Name, CelType Type);

/// <summary>The variables of an expression. Their order is the order in which an evaluation is given the values.</summary>
internal sealed class CelEnvironment(params ImmutableArray<CelVariable> variables)
{
    public ImmutableArray<CelVariable> Variables => variables;

    /// <summary>Position of a variable, or -1.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < variables.Length; i++)
        {
            if (variables[i].Name == name) return i;
        }

        return -1;
    }
}
