using Tollgate.Cel;
using Tollgate.Cel.Values;

namespace Tollgate.Tests.Cel;

public sealed class EvaluationTests
{
    [Theory]
    [InlineData("1 + 2 * 3 - 4 / 2", "5")]
    [InlineData("7 % 4 + -7 % 4", "0")]
    [InlineData("--1 - -1", "2")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("0x1F + 0x1", "32")]
    [InlineData(".5e1 + 1.5", "6.5")]
    [InlineData("18446744073709551615u", "18446744073709551615")]
    [InlineData("1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3 && 1 != 2", "true")]
    [InlineData("1u < 2 && 1.5 > 1u && -1 < 0u", "true")]
    [InlineData("dyn(1) == 1u && dyn(1u) == 1.0 && dyn('1') != 1", "true")]
    [InlineData("!(true && false) || false", "true")]
    [InlineData("1 > 2 ? 'yes' : 'no'", "no")]
    [InlineData("true ? 1 : true ? 2 : 3", "1")]
    [InlineData("[1, 2] + [3] == [1, 2, 3]", "true")]
    [InlineData("[[1], [2, 3]][1][0]", "2")]
    [InlineData("{'a': {'b': 3}}.a.b", "3")]
    [InlineData("{1: 'i', 'x': 2}[1u]", "i")]
    [InlineData("{'content-type': 1}.`content-type`", "1")]
    [InlineData("{'if': 1}.if", "1")]
    [InlineData("2 in [1, 2] && 'k' in {'k': 0} && !(3 in [])", "true")]
    [InlineData("has({'a': 1}.a) && !has({'a': 1}.b)", "true")]
    [InlineData("size('πέντε\\U0001F431') + size(b'ÿ') + [1].size() + size({})", "9")]
    [InlineData("'hello'.startsWith('he') && 'hello'.endsWith('lo') && 'hello'.contains('ell')", "true")]
    [InlineData("'gpt-4o-mini'.matches('^gpt-[0-9]o') && !matches('gpt', 'x')", "true")]
    [InlineData("'a\\tb' + r'\\t' + '''x'y''' + \"\\u00e9\\101\\x41\"", "a\tb\\tx'yéAA")]
    [InlineData("string(1.5) + string(2u) + string(true) + string(b'x')", "1.52truex")]
    [InlineData("int('42') + int(1.9) + int(3u)", "46")]
    [InlineData("uint('42') + uint(1.9)", "43")]
    [InlineData("double('1e3') + double(2)", "1002")]
    [InlineData("bool('t') && !bool('False')", "true")]
    [InlineData("type(1) == int && type(type(1)) == type && type([]) == list && type(null) == null_type", "true")]
    [InlineData("type(duration('1s')) == google.protobuf.Duration", "true")]
    [InlineData("duration('1h30m') - duration('90m') == duration('0')", "true")]
    [InlineData("string(duration('-1.5s')) + string(duration('2ms'))", "-1.5s0.002s")]
    [InlineData("timestamp('2026-11-22T00:33:00Z') + duration('27m') == timestamp('2026-11-22T02:00:00+01:00')", "true")]
    [InlineData("string(timestamp('2009-02-13T23:31:30.25Z'))", "2009-02-13T23:31:30.25Z")]
    [InlineData("timestamp('2009-02-13T23:31:30Z').getHours('+02:30')", "2")]
    [InlineData("timestamp('2009-02-13T23:31:30Z').getDayOfWeek() * 100 + timestamp('2009-02-13T23:31:30Z').getMonth()", "501")]
    [InlineData("[1, 2, 3].map(x, x * x).filter(x, x > 1)", "[4, 9]")]
    [InlineData("[1, 2, 3].map(x, x > 1, x * 10)", "[20, 30]")]
    [InlineData("[1, 2].all(x, x > 0) && [1, 2].exists(x, x == 2) && [1, 2].exists_one(x, x > 1)", "true")]
    [InlineData("{'a': 1, 'b': 2}.exists(k, k == 'b')", "true")]
    [InlineData("[1, 2].map(x, [10, 20].map(y, x + y))", "[[11, 21], [12, 22]]")]
    [InlineData("math.greatest(1, 5, 3) + math.least([4, 2])", "7")]
    [InlineData("math.ceil(1.2) + math.floor(1.8) + math.round(2.5) + math.trunc(-1.9)", "5")]
    [InlineData("math.bitShiftRight(-1, 63) + math.bitAnd(6, 3) + math.abs(-4)", "7")]
    [InlineData("1 // a comment\n + 1", "2")]
    public void An_expression_has_its_value(string expression, string expected) => Evaluating.Value(expression).ToString().ShouldBe(expected);

    [Theory]
    [InlineData("9223372036854775807 + 1", "integer overflow")]
    [InlineData("0u - 1u", "integer overflow")]
    [InlineData("18446744073709551615u * 2u", "integer overflow")]
    [InlineData("-(-9223372036854775808)", "integer overflow")]
    [InlineData("1 / 0", "division by zero")]
    [InlineData("1u % 0u", "modulus by zero")]
    [InlineData("uint(-1)", "out of range")]
    [InlineData("int(1e99)", "out of range")]
    [InlineData("int('x')", "type conversion error")]
    [InlineData("string(b'\\xff')", "invalid UTF-8")]
    [InlineData("[1][1]", "index out of bounds")]
    [InlineData("{'a': 1}['b']", "no such key: 'b'")]
    [InlineData("{1: 1, 1u: 2}", "repeated key")]
    [InlineData("{1.5: 1}", "unsupported key type")]
    [InlineData("duration('400000h') + duration('9999999h')", "range")]
    [InlineData("duration('99999999999999999999h')", "range")]
    [InlineData("duration('-99999999999999999999ns')", "range")]
    [InlineData("timestamp('10000-01-01T00:00:00Z')", "range")]
    [InlineData("duration('1 hour')", "no duration")]
    [InlineData("timestamp('2009-02-13T23:31:30Z').getHours('Mars/Base')", "no time zone")]
    [InlineData("dyn('a') * dyn(2)", "no such overload")]
    [InlineData("dyn(1).field", "does not support field selection")]
    public void What_cannot_be_is_an_error_and_no_wrong_number(string expression, string message) =>
        Evaluating.Value(expression).Error.Message.ShouldContain(message);

    [Theory]
    [InlineData("1 / 0 > 0 || true", true)]
    [InlineData("true || 1 / 0 > 0", true)]
    [InlineData("1 / 0 > 0 && false", false)]
    [InlineData("[0, 1].exists(x, 1 / x == 1)", true)]
    [InlineData("[0, 2].all(x, 1 / x == 1)", false)]
    public void An_error_is_absorbed_by_the_side_that_decides(string expression, bool expected) => Evaluating.Value(expression).IsTrue.ShouldBe(expected);

    [Theory]
    [InlineData("1 / 0 > 0 || false")]
    [InlineData("1 / 0 > 0 && true")]
    [InlineData("1 / 0 > 0 ? 1 : 2")]
    [InlineData("[0].all(x, 1 / x == 1)")]
    [InlineData("[1, 0].exists_one(x, 1 / x == 1)")]
    [InlineData("[0].map(x, 1 / x)")]
    public void An_error_that_matters_is_the_result(string expression) => Evaluating.Value(expression).Error.Message.ShouldBe("division by zero");

    [Fact]
    public void An_error_tells_its_place_in_the_expression()
    {
        var program = CelCompiler.Compile("input +\n  output / (input - input)", Evaluating.Tokens).Program!;

        var error = program.Evaluate([CelValue.Of(1UL), CelValue.Of(2UL)]).Error;

        program.Explain(error).ShouldBe("2:10: division by zero");
    }

    [Fact]
    public void A_variable_without_a_value_is_an_error_where_it_is_read()
    {
        Evaluating.Value("true || any", []).IsTrue.ShouldBeTrue();
        Evaluating.Value("input + 1u", []).Error.Message.ShouldBe("no value was given for 'input'");
    }

    [Fact]
    public void Variables_with_points_in_their_names_are_found_by_the_longest_name()
    {
        var environment = new CelEnvironment(new("a.b", CelType.Map(CelType.String, CelType.Int)), new("a.b.c", CelType.Int));
        var (map, number) = (CelMap.Of([new(CelValue.Of("d"), CelValue.Of(1L))]), CelValue.Of(5L));

        CelCompiler.Compile("a.b.c + a.b.d", environment).Program!.Evaluate([map, number]).ToString().ShouldBe("6");
        CelCompiler.Compile("[{'b': {'c': 7}}].map(a, a.b.c)", environment).Program!.Evaluate([map, number]).ToString().ShouldBe("[7]", "an element hides variables");
    }

    [Fact]
    public void Arithmetic_over_numbers_allocates_nothing()
    {
        var program = CelCompiler.Compile("model == 'x' ? input : input * 2u + output / 3u + (input > 100u ? 1u : 0u)", Evaluating.Tokens).Program!;

        var bytes = Tollgate.Protocols.Tests.Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++) program.Evaluate([CelValue.Of(7UL), CelValue.Of(9UL), CelValue.Of("y"), default]);
        });

        bytes.ShouldBe(0);
        program.Evaluate([CelValue.Of(7UL), CelValue.Of(9UL), CelValue.Of("y"), default]).Uint.ShouldBe(17UL);
    }
}
