namespace Tollgate.Tests.Configuration;

public sealed class InterpolationTests
{
    private static string? Region(string written, params (string, string)[] environment) =>
        Loading.Provider($"\n    kind: aws-anthropic\n    key: k\n    region: {written}", environment).Region;

    [Fact]
    public void A_variable_is_replaced_inside_a_text() => Region("\"us-${SIDE}-1\"", ("SIDE", "east")).ShouldBe("us-east-1");

    [Theory]
    [InlineData("\"${R:-eu-west-1}\"")]
    [InlineData("${R:-eu-west-1}")]
    public void A_default_stands_in_for_an_unset_variable(string written) => Region(written).ShouldBe("eu-west-1");

    [Fact]
    public void A_default_stands_in_for_an_empty_variable_too() => Region("\"${R:-eu-west-1}\"", ("R", "")).ShouldBe("eu-west-1");

    [Fact]
    public void A_set_variable_wins_over_the_default() => Region("\"${R:-eu-west-1}\"", ("R", "us-west-2")).ShouldBe("us-west-2");

    [Fact]
    public void Two_dollars_are_one()
    {
        var provider = Loading.Provider("{ kind: openai, key: \"a$${B}$$c$d\" }");
        provider.Key!.Value!.Reveal().ShouldBe("a${B}$c$d");
    }

    [Fact]
    public void A_number_can_come_from_a_variable() =>
        Loading.Config("providers: { simulator: {} }\nmodels: { m: [{ provider: simulator, weight: \"${W}\" }] }\n", ("W", "7"))
            .Models[0].Backends[0].Weight.ShouldBe(7);

    [Fact]
    public void What_a_variable_holds_never_becomes_yaml()
    {
        var provider = Loading.Provider("\n    kind: openai\n    key: ${K}\n    url: http://127.0.0.1:1", ("K", "x, url: https://evil.example, a: {b: [c] }#"));
        provider.Key!.Value!.Reveal().ShouldBe("x, url: https://evil.example, a: {b: [c] }#");
        provider.Url!.Host.ShouldBe("127.0.0.1");
    }

    [Fact]
    public void What_a_variable_holds_is_not_replaced_again()
    {
        var provider = Loading.Provider("{ kind: openai, key: \"${K}\" }", ("K", "${OTHER}"), ("OTHER", "no"));
        provider.Key!.Value!.Reveal().ShouldBe("${OTHER}");
    }

    [Theory]
    [InlineData("providers: { openai: { key: \"${NOPE}\" } }\nmodels: { m: openai }\n", "t.yaml:1:30: the variable NOPE is not set: set it, or write ${NOPE:-default}")]
    [InlineData("providers:\n  openai:\n    key: abc${NOPE}\nmodels: { m: openai }\n", "t.yaml:3:13: the variable NOPE is not set: set it, or write ${NOPE:-default}")]
    [InlineData("providers: { openai: { key: \"a${1X}\" } }\nmodels: { m: openai }\n", "t.yaml:1:31: this is not a variable: write ${NAME} or ${NAME:-default}, and $$ for a dollar sign")]
    [InlineData("providers: { openai: { key: 'a${X' } }\nmodels: { m: openai }\n", "t.yaml:1:31: this is not a variable: write ${NAME} or ${NAME:-default}, and $$ for a dollar sign")]
    public void A_variable_that_cannot_be_replaced_is_one_problem_at_its_own_column(string text, string problem) =>
        Loading.Problems(text).ShouldBe([problem]);

    [Fact]
    public void An_unquoted_variable_in_a_flow_map_is_told_to_be_quoted() =>
        Loading.Problems("providers: { openai: { key: ${K} } }\n", ("K", "k")).ShouldHaveSingleItem().ShouldEndWith("must be quoted, write \"${VAR}\")");

    [Fact]
    public void A_broken_variable_is_not_reported_as_a_wrong_value_besides() =>
        Loading.Problems("listen: \"${L}\"\nproviders: { simulator: {} }\nmodels: { m: simulator }\nmaxUpload: \"${U}\"\n").Length.ShouldBe(2);

    [Fact]
    public void A_wrong_value_from_a_variable_is_quoted_as_written_and_not_as_it_is()
    {
        var problem = Loading.Problems("maxUpload: \"${SIZE}\"\nproviders: { simulator: {} }\nmodels: { m: simulator }\n", ("SIZE", "hunter2")).ShouldHaveSingleItem();
        problem.ShouldBe("t.yaml:1:12: maxUpload must be a size such as 512KiB, 64MB or 1GB, not '${SIZE}'");
    }
}
