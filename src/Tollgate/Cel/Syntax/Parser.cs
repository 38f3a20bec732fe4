using System.Collections.Immutable;
using Tollgate.Cel.Values;

namespace Tollgate.Cel.Syntax;

/// <summary>A problem in the text, at an offset.</summary>
internal readonly record struct Mistake(int Offset, string Message);

/// <summary>
/// Recursive descent over <see href="https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax">the grammar of CEL</see>.
/// After the first problem it reads nothing but the end, so that every rule returns quickly.
/// </summary>
internal sealed class Parser
{
    private static readonly Literal Nothing = new(0, CelValue.Null);
    private readonly Lexer lexer;
    private readonly int maxDepth;
    private Token token;
    private int depth;

    public Parser(string text, int maxDepth)
    {
        lexer = new Lexer(text);
        this.maxDepth = maxDepth;
        Advance();
    }

    /// <summary>The first problem; null when the expression could be read.</summary>
    public Mistake? Problem { get; private set; }

    public Expression ParseAll()
    {
        var expression = ParseExpression();
        if (token.Kind != TokenKind.End) Fail(token.Offset, $"'{token.Text}' is not expected here");
        return expression;
    }

    // Expr = ConditionalOr ["?" ConditionalOr ":" Expr]
    private Expression ParseExpression()
    {
        if (++depth > maxDepth) return TooDeep(token.Offset);
        var condition = ParseLogical("||", Operators.Or, () => ParseLogical("&&", Operators.And, () => ParseBinary(1)));
        if (token.Is("?"))
        {
            var offset = token.Offset;
            Advance();
            var yes = ParseExpression();
            Expect(":");
            condition = Checked(new Call(offset, Operators.Conditional, null, [condition, yes, ParseExpression()]));
        }

        depth--;
        return condition;
    }

    private Expression ParseLogical(string symbol, string name, Func<Expression> operand)
    {
        var left = operand();
        while (token.Is(symbol))
        {
            var offset = token.Offset;
            Advance();
            left = Checked(new Call(offset, name, null, [left, operand()]));
        }

        return left;
    }

    private Expression ParseBinary(int strength)
    {
        if (strength > 3) return ParseUnary();
        var left = ParseBinary(strength + 1);
        while (Operators.Binary(token.Kind, token.Text) is { Strength: > 0 } found && found.Strength == strength)
        {
            var offset = token.Offset;
            Advance();
            left = Checked(new Call(offset, found.Name, null, [left, ParseBinary(strength + 1)]));
        }

        return left;
    }

    // A run of the same sign counts as none or one; the last minus belongs to a number that follows it.
    private Expression ParseUnary()
    {
        if (!token.Is("!") && !token.Is("-")) return ParseMember();

        var (offset, sign, count) = (token.Offset, token.Text, 0);
        for (; token.Is(sign); count++) Advance();
        Expression operand;
        if (sign == "-" && NegativeNumber(offset) is { } number)
        {
            operand = ParseTail(number);
            count--;
        }
        else
        {
            operand = token.Is("!") || token.Is("-") ? Nested(ParseUnary) : ParseMember();
        }

        return count % 2 == 0 ? operand : Checked(new Call(offset, sign + "_", null, [operand]));
    }

    private Expression Nested(Func<Expression> rule)
    {
        if (++depth > maxDepth) return TooDeep(token.Offset);
        var expression = rule();
        depth--;
        return expression;
    }

    private Literal? NegativeNumber(int offset)
    {
        CelValue? value = token switch
        {
            { Kind: TokenKind.MinInt } => CelValue.Of(long.MinValue),
            { Kind: TokenKind.Literal, Value: { Kind: CelKind.Int } number } => CelValue.Of(-number.Int),
            { Kind: TokenKind.Literal, Value: { Kind: CelKind.Double } number } => CelValue.Of(-number.Double),
            _ => null,
        };
        if (value is not { } negative) return null;
        Advance();
        return new Literal(offset, negative);
    }

    private Expression ParseMember() => ParseTail(ParsePrimary());

    // Member = Primary { "." Field | "." Method "(" Arguments ")" | "[" Expr "]" }
    private Expression ParseTail(Expression member)
    {
        while (true)
        {
            var offset = token.Offset;
            if (token.Is("."))
            {
                Advance();
                member = Checked(ParseDotted(member, offset));
            }
            else if (token.Is("["))
            {
                Advance();
                var index = ParseExpression();
                Expect("]");
                member = Checked(new Call(offset, Operators.Index, null, [member, index]));
            }
            else if (token.Is("{") && member is Identifier or Selection)
            {
                return Fail(offset, "messages are not supported: only maps, { 'key': value }, can be written");
            }
            else
            {
                return member;
            }
        }
    }

    private Expression ParseDotted(Expression target, int offset)
    {
        var name = token;
        if (name.Kind is not (TokenKind.Name or TokenKind.QuotedName)) return Fail(name.Offset, "a field's name must follow the point");
        Advance();
        if (name.Kind == TokenKind.QuotedName || !token.Is("(")) return new Selection(offset, target, name.Text);
        Advance();
        return Macros.Expand(this, name.Offset, name.Text, target, ParseList(")"));
    }

    private Expression ParsePrimary()
    {
        var first = token;
        if (first.Is(".")) Advance();
        var start = token;
        Advance();
        switch (start)
        {
            case { Kind: TokenKind.Name }:
                return ParseName(start);
            case { Kind: TokenKind.Literal } when !first.Is("."):
                return new Literal(start.Offset, start.Value);
            case { Kind: TokenKind.MinInt }:
                return Fail(start.Offset, "this number is larger than an int can be, 9223372036854775807; with a u behind it, it is a uint");
            case { Kind: TokenKind.Symbol, Text: "(" }:
                var inner = ParseExpression();
                Expect(")");
                return inner;
            case { Kind: TokenKind.Symbol, Text: "[" }:
                return Checked(new ListLiteral(start.Offset, ParseList("]")));
            case { Kind: TokenKind.Symbol, Text: "{" }:
                return Checked(ParseMap(start.Offset));
            default:
                return Fail(start.Offset, start.Kind == TokenKind.End ? "something is missing at the end" : $"'{start.Text}' is not expected here");
        }
    }

    private Expression ParseName(Token name)
    {
        switch (name.Text)
        {
            case "true": return new Literal(name.Offset, CelValue.Of(true));
            case "false": return new Literal(name.Offset, CelValue.Of(false));
            case "null": return new Literal(name.Offset, CelValue.Null);
        }

        if (ReservedWords.Contains(name.Text)) return Fail(name.Offset, $"'{name.Text}' is a reserved word and cannot be a name");
        if (!token.Is("(")) return new Identifier(name.Offset, name.Text);
        Advance();
        return Macros.Expand(this, name.Offset, name.Text, null, ParseList(")"));
    }

    private MapLiteral ParseMap(int offset)
    {
        var keys = ImmutableArray.CreateBuilder<Expression>();
        var values = ImmutableArray.CreateBuilder<Expression>();
        while (!token.Is("}") && token.Kind != TokenKind.End)
        {
            keys.Add(ParseExpression());
            Expect(":");
            values.Add(ParseExpression());
            if (!token.Is("}")) Expect(",");
        }

        Expect("}");
        return new MapLiteral(offset, keys.ToImmutable(), values.ToImmutable());
    }

    private ImmutableArray<Expression> ParseList(string end)
    {
        var items = ImmutableArray.CreateBuilder<Expression>();
        while (!token.Is(end) && token.Kind != TokenKind.End)
        {
            items.Add(ParseExpression());
            if (token.Is(end)) break;
            Expect(",");
            if (end == ")" && token.Is(end)) Fail(token.Offset, "an argument must follow the comma");
        }

        Expect(end);
        return items.ToImmutable();
    }

    internal Expression Checked(Expression expression) => expression.Depth > maxDepth ? TooDeep(expression.Offset) : expression;

    internal Expression Fail(int offset, string message)
    {
        Problem ??= new Mistake(offset, message);
        token = new Token(TokenKind.End, offset, "the end");
        return Nothing;
    }

    private Expression TooDeep(int offset) => Fail(offset, $"the expression nests deeper than {maxDepth} levels");

    private void Expect(string symbol)
    {
        if (token.Is(symbol)) Advance();
        else Fail(token.Offset, token.Kind == TokenKind.End ? $"'{symbol}' is missing at the end" : $"'{symbol}' is expected here instead of '{token.Text}'");
    }

    private void Advance()
    {
        if (Problem is not null) return;
        token = lexer.Next();
        if (token.Kind == TokenKind.Bad) Fail(token.Offset, token.Text);
    }
}
