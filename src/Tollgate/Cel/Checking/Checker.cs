using System.Collections.Immutable;
using Tollgate.Cel.Library;
using Tollgate.Cel.Syntax;
using Tollgate.Cel.Values;

namespace Tollgate.Cel.Checking;

/// <summary>
/// Finds the type of an expression and everything that cannot work in it, before it is ever evaluated
/// (<see href="https://github.com/google/cel-spec/blob/master/doc/langdef.md#gradual-type-checking"/>).
/// </summary>
internal sealed class Checker(CelEnvironment environment)
{
    private readonly TypeBindings types = new();
    private readonly Stack<CelVariable> locals = new();

    public List<Mistake> Problems { get; } = [];

    public CelType TypeOf(Expression expression) => types.Resolve(Check(expression));

    private CelType Check(Expression expression) => expression switch
    {
        Literal literal => TypeOf(literal.Value),
        Identifier identifier => Variable(identifier.Name) ?? Undeclared(identifier),
        Selection selection => CheckSelection(selection),
        Call call => CheckCall(call),
        ListLiteral list => CelType.List(Join(list.Items)),
        MapLiteral map => CelType.Map(Join(map.Keys), Join(map.Values)),
        Comprehension comprehension => CheckComprehension(comprehension),
        _ => CelType.Dyn,
    };

    private static CelType TypeOf(CelValue value) => CelType.Named[CelType.NameOf(value.Kind)];

    private CelType? Variable(string name)
    {
        foreach (var local in locals)
        {
            if (local.Name == name) return local.Type;
            if (local.Name == Names.Root(name)) return null;
        }

        var index = environment.IndexOf(name);
        if (index >= 0) return environment.Variables[index].Type;
        return CelType.Named.ContainsKey(name) ? CelType.Type : null;
    }

    private CelType CheckSelection(Selection selection)
    {
        if (!selection.IsTest && Names.Qualified(selection) is { } name && Variable(name) is { } variable) return variable;
        var operand = types.Resolve(Check(selection.Operand));
        if (!operand.IsDyn && operand.Value is null)
        {
            return Fail(selection.Offset, $"type '{operand}' does not support field selection, and no variable is called '{Names.Qualified(selection) ?? selection.Field}'");
        }

        return selection.IsTest ? CelType.Bool : operand.Value ?? CelType.Dyn;
    }

    private CelType CheckCall(Call call)
    {
        var resolved = Names.Resolve(call);
        if (resolved.Function is not { } function) return Fail(call.Offset, $"there is no function '{resolved.Name}'");

        var arguments = resolved.Arguments.Select(Check).ToImmutableArray();
        if (resolved.Name == "matches" && resolved.Arguments is [.., Literal { Value.Kind: CelKind.String } pattern]
            && Patterns.Read(pattern.Value.Text).Problem is { } problem)
        {
            Fail(pattern.Offset, problem);
        }

        return Overload(function, arguments, resolved.IsMember) ?? Fail(call.Offset, OverloadMessages.None(resolved, [.. arguments.Select(types.Resolve)]));
    }

    private CelType? Overload(CelFunction function, ImmutableArray<CelType> arguments, bool isMember)
    {
        CelType? result = null;
        foreach (var signature in function.Signatures)
        {
            if (signature.IsMember != isMember || signature.Parameters.Length != arguments.Length) continue;
            var call = types.NextCall();
            var fits = types.Try(() => signature.Parameters.Zip(arguments).All(pair => types.Assign(TypeBindings.Rename(pair.First, call), pair.Second)));
            if (!fits) continue;
            var given = types.Resolve(TypeBindings.Rename(signature.Result, call));
            // What is dyn may fit several signatures: then the result is known only if they agree.
            result = result is null || result == given ? given : CelType.Dyn;
        }

        return result;
    }

    private CelType Join(ImmutableArray<Expression> items)
    {
        if (items.IsEmpty) return types.Fresh();
        var joined = Check(items[0]);
        foreach (var item in items[1..])
        {
            var type = Check(item);
            if (types.Resolve(type).IsDyn || !types.Try(() => types.Assign(joined, type))) joined = CelType.Dyn;
        }

        return joined;
    }

    private CelType CheckComprehension(Comprehension comprehension)
    {
        var range = types.Resolve(Check(comprehension.Range));
        if (!range.IsDyn && range.Element is null) return Fail(comprehension.Offset, $"a list or a map is expected before the point, not '{range}'");

        locals.Push(new CelVariable(comprehension.Variable, range.Element ?? CelType.Dyn));
        if (comprehension.Condition is { } condition && types.Resolve(Check(condition)) is var asked && !types.Assign(CelType.Bool, asked))
        {
            Fail(condition.Offset, $"a bool is expected here, not '{asked}'");
        }

        var made = comprehension.Transform is { } transform ? Check(transform) : CelType.Dyn;
        locals.Pop();
        return comprehension.Kind switch
        {
            ComprehensionKind.Map => CelType.List(made),
            ComprehensionKind.Filter => CelType.List(range.Element ?? CelType.Dyn),
            _ => CelType.Bool,
        };
    }

    private CelType Undeclared(Identifier identifier)
    {
        var known = environment.Variables;
        return Fail(identifier.Offset, $"undeclared reference to '{identifier.Name}'"
            + (known.Length is 0 or > 24 ? "" : $"; the variables are {string.Join(", ", known.Select(variable => variable.Name))}"));
    }

    // Dyn fits everywhere, so that one mistake is reported once.
    private CelType Fail(int offset, string message)
    {
        Problems.Add(new Mistake(offset, message));
        return CelType.Dyn;
    }
}
