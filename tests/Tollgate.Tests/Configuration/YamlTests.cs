using System.Text;
using Tollgate.Catalog;
using Tollgate.Configuration;

namespace Tollgate.Tests.Configuration;

public sealed class YamlTests
{
    private const string Models = "models: { m: simulator }\n";

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    public void An_empty_file_says_what_to_write(string text) =>
        Loading.Problems(text).ShouldBe(["t.yaml:1:1: the file is empty: write providers: and models:"]);

    [Theory]
    [InlineData("a: b: c\n", "t.yaml:1:5: this is not valid YAML: ")]
    [InlineData("providers:\n  p: [1,\nmodels: 2\n", "t.yaml:2:7: this is not valid YAML from here on")]
    [InlineData("providers:\n  p: 'x\n", "t.yaml:2:6: this is not valid YAML: ")]
    [InlineData("providers:\n\tp: 1\n", "t.yaml:2:1: a tab indents this line")]
    [InlineData("key: @foo\n", "t.yaml:1:6: this is not valid YAML: ")]
    public void Broken_syntax_is_one_problem_at_its_place(string text, string start) =>
        Loading.Problems(text).ShouldHaveSingleItem().ShouldStartWith(start);

    [Fact]
    public void A_list_at_the_top_is_told_what_it_should_be() =>
        Loading.Problems("- a\n").ShouldBe(["t.yaml:1:1: the file must be a map with providers: and models:, and here is a list"]);

    [Fact]
    public void Json_is_read_too()
    {
        var config = Loading.Config("{\n\t\"listen\": [\"127.0.0.1:0\"],\n\t\"providers\": { \"sim\": { \"kind\": \"simulator\" } },\n\t\"models\": { \"m\": [\"sim\"] }\n}\n");
        config.Listen.ShouldHaveSingleItem().Port.ShouldBe(0);
        config.Models.ShouldHaveSingleItem().Backends.ShouldHaveSingleItem().Provider.ShouldBe("sim");
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_text() => Loading.Config("\uFEFFproviders: { simulator: {} }\n" + Models).Providers.Length.ShouldBe(1);

    [Fact]
    public void A_key_written_twice_is_an_error_at_its_second_place() =>
        Loading.Problems("providers:\n  simulator: {}\n  simulator: {}\n" + Models)
            .ShouldBe(["t.yaml:3:3: 'simulator' is written twice, first on line 2: keep one of them"]);

    [Fact]
    public void A_key_is_the_same_whether_quoted_or_escaped() =>
        Loading.Problems("providers: { simulator: {}, \"simul\\u0061tor\": {} }\n" + Models).ShouldHaveSingleItem().ShouldContain("written twice");

    [Fact]
    public void An_anchor_can_be_used_again()
    {
        var config = Loading.Config("providers:\n  a: &common { kind: openai, url: 'http://127.0.0.1:1/v1', timeouts: { idle: 5s } }\n  b: *common\nmodels: { m: [a, b] }\n");
        config.Providers.Select(provider => provider.Timeouts.Idle).ShouldBe([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)]);
    }

    [Fact]
    public void An_alias_without_an_anchor_is_an_error_that_does_not_quote_it() =>
        Loading.Problems("providers: { openai: { key: *geheim } }\n").ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            problem => problem.ShouldStartWith("t.yaml:1:29: no anchor"),
            problem => problem.ShouldNotContain("geheim"));

    [Theory]
    [InlineData("listen: *:1975\n", "t.yaml:1:9: ")]
    [InlineData("models:\n  *: simulator\n", "t.yaml:2:3: ")]
    [InlineData("models:\n  *-mini: simulator\n", "t.yaml:2:3: ")]
    [InlineData("models:\n  *mini : simulator\n", "t.yaml:2:3: ")]
    public void An_unquoted_star_is_told_to_be_quoted(string text, string place) =>
        Loading.Problems(text).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            problem => problem.ShouldStartWith(place),
            problem => problem.ShouldContain("quote the"));

    [Fact]
    public void Aliases_of_aliases_are_bounded()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++) text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");

        Loading.Problems(text.ToString()).ShouldHaveSingleItem().ShouldContain("unfolds to more than 100000 values");
    }

    [Fact]
    public void Nesting_is_bounded() =>
        Loading.Problems("a: " + new string('[', 5000) + new string(']', 5000)).ShouldHaveSingleItem().ShouldContain("deeper than 64 levels");

    [Fact]
    public void A_second_document_is_an_error() =>
        Loading.Problems("providers: { simulator: {} }\n" + Models + "---\nproviders: {}\n").ShouldHaveSingleItem().ShouldStartWith("t.yaml:3:1: a second document");

    [Fact]
    public void A_manifest_is_told_that_it_is_one() =>
        Loading.Problems("apiVersion: aigateway.envoyproxy.io/v1alpha1\nkind: AIGatewayRoute\nspec: { x: \"${NOT_OURS}\" }\n---\nkind: Secret\n")
            .ShouldHaveSingleItem().ShouldStartWith("t.yaml:1:1: this looks like a resource manifest of Envoy AI Gateway");

    [Fact]
    public void A_file_that_cannot_be_read_is_a_problem_and_no_exception()
    {
        var result = ConfigLoader.LoadFile("absent.yaml", Loading.Context());
        result.Config.ShouldBeNull();
        result.Problems.ShouldHaveSingleItem().ToString().ShouldBe("absent.yaml: the file cannot be read: check its name and its permissions");
    }

    [Fact]
    public void A_file_that_is_not_utf8_is_a_problem()
    {
        var context = new ConfigContext(_ => null, Catalogue.Default, _ => [0x70, 0xFF, 0xFE]);
        ConfigLoader.LoadFile("t.yaml", context).Problems.ShouldHaveSingleItem().Message.ShouldContain("not UTF-8");
    }
}
