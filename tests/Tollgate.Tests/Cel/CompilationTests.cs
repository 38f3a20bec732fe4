using Tollgate.Cel;

namespace Tollgate.Tests.Cel;

public sealed class CompilationTests
{
    [Theory]
    [InlineData("", "1:1: something is missing at the end")]
    [InlineData("1 +", "1:4: something is missing at the end")]
    [InlineData("1 2", "1:3: '2' is not expected here")]
    [InlineData("(1", "1:3: ')' is missing at the end")]
    [InlineData("size([1)", "1:8: ',' is expected here instead of ')'")]
    [InlineData("'abc", "1:5: the closing ' is missing")]
    [InlineData("\n\n  'a\\q'", "3:5: \\q is no escape")]
    [InlineData("9223372036854775808", "1:1: this number is larger than an int")]
    [InlineData("99999999999999999999u", "1:1: this number needs more than 64 bits")]
    [InlineData("1x", "1:1: a number must not run into a name")]
    [InlineData("if", "1:1: 'if' is a reserved word")]
    [InlineData("input # output", "1:7: '#' means nothing here")]
    [InlineData("Message{a: 1}", "1:8: messages are not supported")]
    [InlineData("has(model)", "1:1: has takes one field")]
    [InlineData("[1].all(1, true)", "1:9: the first argument of all must be a name")]
    [InlineData("size(model,)", "1:12: an argument must follow the comma")]
    public void A_text_that_cannot_be_read_is_refused_with_its_place(string expression, string problem) => Evaluating.Problem(expression).ShouldStartWith(problem);

    [Theory]
    [InlineData("inputs + 1u", "1:1: undeclared reference to 'inputs'; the variables are input, output, model, any")]
    [InlineData("input * 2", "1:7: no overload of '*' takes (uint, int): numbers of different types do not mix; write 2u for a uint")]
    [InlineData("input * 0.1", "1:7: no overload of '*' takes (uint, double): numbers of different types do not mix; convert with double(…)")]
    [InlineData("model + 1", "1:7: no overload of '+' takes (string, int)")]
    [InlineData("ceil(input)", "1:1: there is no function 'ceil'")]
    [InlineData("model.size(1)", "1:7: no overload of 'size' takes (string, int)")]
    [InlineData("model.name", "1:6: type 'string' does not support field selection")]
    [InlineData("true ? 1 : 'a'", "1:6: no overload of '?:' takes (bool, int, string)")]
    [InlineData("1 == 1.0", "1:3: no overload of '==' takes (int, double)")]
    [InlineData("[1, 2].exists(x, x == 'a')", "1:20: no overload of '==' takes (int, string)")]
    [InlineData("[1].all(x, x + 1)", "a bool is expected here, not 'int'")]
    [InlineData("input.all(x, true)", "a list or a map is expected before the point, not 'uint'")]
    [InlineData("model.matches('(')", "1:15: not a pattern")]
    [InlineData("model.matches('(?=x)')", "1:15: not a pattern")]
    [InlineData("model.matches('(a{100}){100}')", "1:15: the counts in a pattern")]
    public void A_type_that_cannot_work_is_refused_before_anything_is_evaluated(string expression, string problem) => Evaluating.Problem(expression).ShouldContain(problem);

    [Fact]
    public void Every_mistake_is_told_at_once_in_the_order_of_the_text() =>
        Evaluating.Problem("a + 1u +\nb(2)").Split('\n').ShouldBe(["1:1: undeclared reference to 'a'; the variables are input, output, model, any", "2:1: there is no function 'b'"]);

    [Theory]
    [InlineData("input + output", "uint")]
    [InlineData("[input]", "list(uint)")]
    [InlineData("[1, 'a']", "list(dyn)")]
    [InlineData("{'a': 1.0}", "map(string, double)")]
    [InlineData("[1, 2].map(x, string(x))", "list(string)")]
    [InlineData("any", "dyn")]
    [InlineData("any + 1", "int")]
    [InlineData("any + any", "dyn")]
    [InlineData("[] + [1]", "list(int)")]
    [InlineData("{'a': [1]}.a[0] == 1 ? 'x' : 'y'", "string")]
    [InlineData("math.greatest(1, 2u)", "dyn")]
    public void The_type_of_an_expression_is_known(string expression, string type) =>
        CelCompiler.Compile(expression, Evaluating.Tokens).Program!.Type.ToString().ShouldBe(type);

    [Fact]
    public void Without_a_check_what_is_wrong_fails_only_where_it_is_reached()
    {
        Evaluating.Unchecked("unknown(1) || true").IsTrue.ShouldBeTrue();
        Evaluating.Unchecked("unknown(1)").Error.Message.ShouldBe("unbound function 'unknown'");
        Evaluating.Unchecked("nobody").Error.Message.ShouldBe("undeclared reference to 'nobody'");
        Evaluating.Unchecked("'a'.matches('(')").Error.Message.ShouldContain("not a pattern");
    }
}
