using System.Collections.Immutable;
using Tollgate.Cel.Values;

namespace Tollgate.Cel.Syntax;

/// <summary>A part of an expression, as parsed.</summary>
/// <param name="Offset">Where it, or its operator, stands in the text.</param>
internal abstract record Expression(int Offset)
{
    /// <summary>Levels of parts below it, itself included; bounds the recursion of everything that walks the tree.</summary>
    public abstract int Depth { get; }
}

internal sealed record Literal(int Offset, CelValue Value) : Expression(Offset)
{
    public override int Depth => 1;
}

internal sealed record Identifier(int Offset, string Name) : Expression(Offset)
{
    public override int Depth => 1;
}

/// <summary><c>operand.field</c>, or <c>has(operand.field)</c>.</summary>
internal sealed record Selection(int Offset, Expression Operand, string Field, bool IsTest = false) : Expression(Offset)
{
    public override int Depth { get; } = Operand.Depth + 1;
}

/// <summary><c>function(arguments)</c>, <c>target.function(arguments)</c>, or an operator under its name, such as <c>_+_</c>.</summary>
internal sealed record Call(int Offset, string Function, Expression? Target, ImmutableArray<Expression> Arguments) : Expression(Offset)
{
    public override int Depth { get; } = 1 + Math.Max(Target?.Depth ?? 0, Deepest(Arguments));

    internal static int Deepest(ImmutableArray<Expression> parts) => parts.IsEmpty ? 0 : parts.Max(part => part.Depth);
}

internal sealed record ListLiteral(int Offset, ImmutableArray<Expression> Items) : Expression(Offset)
{
    public override int Depth { get; } = 1 + Call.Deepest(Items);
}

internal sealed record MapLiteral(int Offset, ImmutableArray<Expression> Keys, ImmutableArray<Expression> Values) : Expression(Offset)
{
    public override int Depth { get; } = 1 + Math.Max(Call.Deepest(Keys), Call.Deepest(Values));
}

internal enum ComprehensionKind
{
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
}

/// <summary>A macro over the elements of a list or the keys of a map.</summary>
/// <param name="Offset">Where the macro's name stands.</param>
/// <param name="Kind">Which macro.</param>
/// <param name="Range">What it goes over.</param>
/// <param name="Variable">Name of the element.</param>
/// <param name="Condition">What is asked of each element; null for a map without a filter.</param>
/// <param name="Transform">What a map makes of it; else null.</param>
internal sealed record Comprehension(int Offset, ComprehensionKind Kind, Expression Range, string Variable, Expression? Condition, Expression? Transform) : Expression(Offset)
{
    public override int Depth { get; } = 1 + Math.Max(Range.Depth, Math.Max(Condition?.Depth ?? 0, Transform?.Depth ?? 0));
}
