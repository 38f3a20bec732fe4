using System.Diagnostics;
using System.Text;
using Tollgate.Cel;
using Tollgate.Cel.Values;

namespace Tollgate.Tests.Cel;

/// <summary>Whatever the expression, it ends soon.</summary>
public sealed class BoundsTests
{
    private static readonly CelEnvironment Nothing = new();

    [Fact]
    public void An_expression_that_is_too_long_is_refused() =>
        CelCompiler.Compile(new string(' ', 8193), Nothing).Problems.ShouldHaveSingleItem().Message.ShouldBe("the expression is longer than 8192 characters");

    [Theory]
    [InlineData("(", "1", ")")]
    [InlineData("[", "1", "]")]
    [InlineData("{1: ", "1", "}")]
    [InlineData("!-", "1", "")]
    [InlineData("", "1", "+1")]
    [InlineData("", "x", ".y")]
    [InlineData("", "x", "[0]")]
    [InlineData("true ? 1 : ", "1", "")]
    [InlineData("size(", "1", ")")]
    [InlineData("[1].map(x, ", "1", ")")]
    [InlineData("true && ", "true", "")]
    public void An_expression_that_nests_too_deep_is_refused(string before, string middle, string after)
    {
        var text = Repeat(before, 400) + middle + Repeat(after, 400);

        CelCompiler.Compile(text, Nothing).Problems.ShouldContain(problem => problem.Message.StartsWith("the expression nests deeper than 200 levels"));
    }

    [Theory]
    [InlineData("[0,1,2,3,4,5,6,7,8,9]", ".map(x, [0,1,2,3,4,5,6,7,8,9].map(y, [0,1,2,3,4,5,6,7,8,9].map(z, [0,1,2,3,4,5,6,7,8,9].map(u, [0,1,2,3,4,5,6,7,8,9].map(v, [0,1,2,3,4,5,6,7,8,9].map(w, 1))))))", 1)]
    [InlineData("['ab']", ".map(x, x + x)", 60)]
    [InlineData("[[1]]", ".map(x, x + x)", 60)]
    [InlineData("[b'ab']", ".map(x, x + x)", 60)]
    [InlineData("[0,1,2,3,4,5,6,7,8,9].all(x, [0,1,2,3,4,5,6,7,8,9].all(y, [0,1,2,3,4,5,6,7,8,9].all(z, [0,1,2,3,4,5,6,7,8,9].all(u, [0,1,2,3,4,5,6,7,8,9].all(v, [0,1,2,3,4,5,6,7,8,9].all(w, true))))))", "", 1)]
    public void An_evaluation_that_costs_too_much_is_given_up(string start, string step, int times) =>
        CelCompiler.Compile(start + Repeat(step, times), Nothing).Program!.Evaluate([]).Error.Message.ShouldBe("the evaluation costs more than it may");

    [Fact]
    public void A_small_list_that_is_endless_to_compare_is_given_up()
    {
        var nested = "[1]" + Repeat(".map(x, [x, x])", 60);

        var clock = Stopwatch.StartNew();
        CelCompiler.Compile($"{nested} == {nested}", Nothing).Program!.Evaluate([]).IsError.ShouldBeTrue();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_pattern_takes_linear_time_whatever_it_is()
    {
        var clock = Stopwatch.StartNew();
        var text = CelValue.Of(new string('a', 30_000) + "!");
        CelCompiler.Compile("any.matches('^(a+)+$')", Evaluating.Tokens).Program!.Evaluate([default, default, default, text]).IsFalse.ShouldBeTrue();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void No_text_makes_the_compiler_or_the_evaluation_throw()
    {
        string[] words =
        [
            "input", "any", "model", "x", "1", "2u", "1.5", "'a'", "b'a'", "true", "null", "[", "]", "{", "}", "(", ")", ",", ":", "?", ".", "+", "-", "*", "/", "%",
            "!", "==", "<", "in", "&&", "||", "has", ".map(x,", ".all(x,", ".size()", "int", "timestamp", "'\\u00e9'", "`a`", "'''", "\\", "\n", "0x", "1e", "r'", "math.", "greatest",
        ];
        var random = new Random(20261122);
        var compiled = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Join(random.Next(2) == 0 ? " " : "", Enumerable.Range(0, random.Next(1, 9)).Select(_ => words[random.Next(words.Length)]));
            foreach (var check in new[] { true, false })
            {
                var result = CelCompiler.Compile(text, Evaluating.Tokens, check: check);
                (result.Program is null).ShouldBe(!result.Problems.IsEmpty, text);
                if (result.Program is null) continue;
                compiled++;
                result.Program.Evaluate([CelValue.Of(1UL), CelValue.Of(2UL), CelValue.Of("m"), CelValue.Of(new CelList([CelValue.Of(1L)]))]).ToString();
            }
        }

        compiled.ShouldBeGreaterThan(100);
    }

    private static string Repeat(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();
}
