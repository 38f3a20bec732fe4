using Tollgate.Cel.Checking;
using Tollgate.Cel.Library;
using Tollgate.Cel.Syntax;
using Tollgate.Cel.Values;

namespace Tollgate.Cel.Evaluation;

/// <summary>
/// Turns an expression into steps, with names replaced by positions. What does not exist becomes a step that fails, for an
/// unchecked expression may never reach it.
/// </summary>
internal sealed class Planner(CelEnvironment environment)
{
    private readonly List<string> scope = [];

    /// <summary>Comprehension variables that are alive at once.</summary>
    public int Locals { get; private set; }

    public Step Plan(Expression expression) => expression switch
    {
        Literal literal => new ConstantStep(literal.Value),
        Identifier identifier => Named(identifier.Name, identifier.Offset) ?? Failing($"undeclared reference to '{identifier.Name}'", identifier.Offset),
        Selection selection => PlanSelection(selection),
        Call call => PlanCall(call),
        ListLiteral list => new ListStep([.. list.Items.Select(Plan)]),
        MapLiteral map => new MapStep([.. map.Keys.Select(Plan)], [.. map.Values.Select(Plan)], map.Offset),
        Comprehension comprehension => PlanComprehension(comprehension),
        _ => Failing("this cannot be evaluated", expression.Offset),
    };

    private Step? Named(string name, int offset)
    {
        var local = scope.LastIndexOf(Names.Root(name));
        if (local >= 0) return scope[local] == name ? new LocalStep(local) : null;
        var index = environment.IndexOf(name);
        if (index >= 0) return new VariableStep(index, name, offset);
        return CelType.Named.ContainsKey(name) ? new ConstantStep(CelValue.OfType(name)) : null;
    }

    private Step PlanSelection(Selection selection)
    {
        if (!selection.IsTest && Names.Qualified(selection) is { } name && Named(name, selection.Offset) is { } variable) return variable;
        return new FieldStep(Plan(selection.Operand), selection.Field, selection.IsTest, selection.Offset);
    }

    private Step PlanCall(Call call)
    {
        var (name, function, arguments, _) = Names.Resolve(call);
        if (function is null) return Failing($"unbound function '{name}'", call.Offset);
        switch (name)
        {
            case Operators.And: return new LogicStep(decides: false, Plan(arguments[0]), Plan(arguments[1]), call.Offset);
            case Operators.Or: return new LogicStep(decides: true, Plan(arguments[0]), Plan(arguments[1]), call.Offset);
            case Operators.Conditional: return new ConditionalStep(Plan(arguments[0]), Plan(arguments[1]), Plan(arguments[2]), call.Offset);
            case "matches" when arguments is [var text, Literal { Value.Kind: CelKind.String } pattern]: return PlanMatch(text, pattern, call.Offset);
        }

        return (arguments.Length, function) switch
        {
            (1, { Unary: { } unary }) => new UnaryStep(unary, Plan(arguments[0]), call.Offset),
            (2, { Binary: { } binary }) => new BinaryStep(binary, Plan(arguments[0]), Plan(arguments[1]), call.Offset),
            _ => Failing("no such overload", call.Offset),
        };
    }

    // A pattern that is written out is read once.
    private Step PlanMatch(Expression text, Literal pattern, int offset)
    {
        var (regex, problem) = Patterns.Read(pattern.Value.Text);
        if (regex is null) return Failing(problem!, pattern.Offset);
        return new UnaryStep((in value) => value.Kind == CelKind.String ? CelValue.Of(regex.IsMatch(value.Text)) : CelError.NoOverload, Plan(text), offset);
    }

    private ComprehensionStep PlanComprehension(Comprehension comprehension)
    {
        var range = Plan(comprehension.Range);
        var slot = scope.Count;
        scope.Add(comprehension.Variable);
        Locals = Math.Max(Locals, scope.Count);
        var condition = comprehension.Condition is null ? null : Plan(comprehension.Condition);
        var transform = comprehension.Transform is null ? null : Plan(comprehension.Transform);
        scope.RemoveAt(slot);
        return new ComprehensionStep(comprehension.Kind, range, slot, condition, transform, comprehension.Offset);
    }

    private static ConstantStep Failing(string message, int offset) => new(CelValue.Fail(new CelError(message, offset)));
}
