using System.Collections.Immutable;
using Tollgate.Cel.Library;
using Tollgate.Cel.Syntax;

namespace Tollgate.Cel.Checking;

/// <summary>A call with the function that it means.</summary>
internal readonly record struct ResolvedCall(string Name, CelFunction? Function, ImmutableArray<Expression> Arguments, bool IsMember);

/// <summary>What names mean: variables and functions may have dots in theirs, the longest one counts.</summary>
internal static class Names
{
    /// <summary><c>a.b.c</c> as a name; null when the expression is anything else.</summary>
    public static string? Qualified(Expression expression) => expression switch
    {
        Identifier identifier => identifier.Name,
        Selection { IsTest: false } selection when Qualified(selection.Operand) is { } operand => $"{operand}.{selection.Field}",
        _ => null,
    };

    /// <summary>The first part of a qualified name.</summary>
    public static string Root(string qualified) => qualified.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? qualified[..dot] : qualified;

    /// <summary>Looks for <c>math.ceil(x)</c> before <c>x.size()</c>.</summary>
    public static ResolvedCall Resolve(Call call)
    {
        if (call.Target is null) return new ResolvedCall(call.Function, FunctionTable.Find(call.Function), call.Arguments, IsMember: false);
        if (Qualified(call.Target) is { } space && $"{space}.{call.Function}" is var full && FunctionTable.Find(full) is { } function)
        {
            return new ResolvedCall(full, function, call.Arguments, IsMember: false);
        }

        return new ResolvedCall(call.Function, FunctionTable.Find(call.Function), [call.Target, .. call.Arguments], IsMember: true);
    }
}
