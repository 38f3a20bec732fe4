using System.Collections.Immutable;

namespace Tollgate.Cel.Syntax;

/// <summary>Calls that are not calls: <c>has</c> and the comprehensions (<see href="https://github.com/google/cel-spec/blob/master/doc/langdef.md#macros"/>).</summary>
internal static class Macros
{
    public static Expression Expand(Parser parser, int offset, string name, Expression? target, ImmutableArray<Expression> arguments)
    {
        // What failed to parse has no arguments to speak of.
        if (parser.Problem is not null) return new Call(offset, name, null, []);
        if (target is null && name == "has") return Has(parser, offset, arguments);
        if (target is Identifier { Name: "math" } && name is "greatest" or "least" && arguments.Length > 2) return parser.Checked(Chained(offset, name, target, arguments));

        ComprehensionKind? kind = target is null ? null : (name, arguments.Length) switch
        {
            ("all", 2) => ComprehensionKind.All,
            ("exists", 2) => ComprehensionKind.Exists,
            ("exists_one" or "existsOne", 2) => ComprehensionKind.ExistsOne,
            ("filter", 2) => ComprehensionKind.Filter,
            ("map", 2 or 3) => ComprehensionKind.Map,
            _ => null,
        };
        if (kind is not { } found) return parser.Checked(new Call(offset, name, target, arguments));
        if (arguments[0] is not Identifier variable) return parser.Fail(arguments[0].Offset, $"the first argument of {name} must be a name for the element");

        var maps = found == ComprehensionKind.Map;
        var condition = maps && arguments.Length == 2 ? null : arguments[1];
        return parser.Checked(new Comprehension(offset, found, target!, variable.Name, condition, maps ? arguments[^1] : null));
    }

    private static Expression Has(Parser parser, int offset, ImmutableArray<Expression> arguments) =>
        arguments is [Selection { IsTest: false } selection]
            ? selection with { IsTest = true, Offset = offset }
            : parser.Fail(offset, "has takes one field, such as has(a.b)");

    // greatest(a, b, c) is greatest(greatest(a, b), c).
    private static Expression Chained(int offset, string name, Expression target, ImmutableArray<Expression> arguments)
    {
        var chain = arguments[0];
        foreach (var argument in arguments[1..]) chain = new Call(offset, name, target, [chain, argument]);
        return chain;
    }
}
