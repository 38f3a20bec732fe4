using Tollgate.Configuration;
using Tollgate.Metering;
using Tollgate.Metering.Costs;
using Tollgate.Protocols;
using Tollgate.Tests.Configuration;

namespace Tollgate.Tests.Metering;

public sealed class CostRuleTests
{
    private const string Head = "providers: { mine: { kind: openai, key: k } }\n";

    [Theory]
    [InlineData("{ name: c, type: InputToken }", 100L)]
    [InlineData("{ name: c, type: CachedInputToken }", 40L)]
    [InlineData("{ name: c, type: CacheCreationInputToken }", 7L)]
    [InlineData("{ name: c, type: OutputToken }", 21L)]
    [InlineData("{ name: c, type: TotalToken }", 121L)]
    [InlineData("{ name: c, type: ReasoningToken }", 5L)]
    [InlineData("{ name: c, type: CEL, expression: 'input_tokens - cached_input_tokens + 2u * output_tokens' }", 102L)]
    [InlineData("{ name: c, type: CEL, expression: 'total_tokens + reasoning_tokens + cache_creation_input_tokens' }", 133L)]
    [InlineData("{ name: c, type: CEL, expression: \"model == 'served' && backend == 'mine' && route_name == 'route' ? 1 : 0\" }", 1L)]
    [InlineData("{ name: c, type: CEL, expression: 'uint(double(input_tokens) * 1.5)' }", 150L)]
    [InlineData("{ name: c, type: CEL, expression: 'output_tokens - input_tokens' }", null)]
    [InlineData("{ name: c, type: CEL, expression: 'input_tokens / (output_tokens - 21u)' }", null)]
    [InlineData("{ name: c, type: CEL, expression: '0 - 1' }", null)]
    [InlineData("{ name: c, type: CEL, expression: '18446744073709551615u' }", null)]
    [InlineData("{ name: c, type: CEL, expression: \"dyn('text')\" }", null)]
    public void A_cost_is_what_its_rule_says(string cost, long? expected)
    {
        var record = Record();

        new CostRules(Config($"costs: [{cost}]\nmodels: {{ route: mine }}")).Apply(record);

        record.Costs.ShouldHaveSingleItem().ShouldBe(new RequestCost("c", expected));
    }

    [Fact]
    public void A_models_own_cost_replaces_the_one_of_the_same_name()
    {
        var rules = new CostRules(Config("""
            costs: [{ name: a, type: InputToken }, { name: b, type: InputToken }]
            models: { route: { backends: mine, costs: [{ name: b, type: OutputToken }, { name: d, type: TotalToken }] }, other: mine }
            """));
        var (own, other) = (Record(), Record());
        other.Route = "other";

        rules.Apply(own);
        rules.Apply(other);

        own.Costs.ShouldBe([new("a", 100), new("b", 21), new("d", 121)]);
        other.Costs.ShouldBe([new("a", 100), new("b", 100)]);
    }

    [Fact]
    public void A_request_whose_usage_nobody_told_has_no_costs()
    {
        var record = Record();
        record.Usage = default;

        new CostRules(Config("costs: [{ name: a, type: InputToken }]\nmodels: { route: mine }")).Apply(record);

        record.Costs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{ name: c, type: CEL, expression: \"input_tokens * 2\" }", "t.yaml:3:57: in the expression of 'c', 1:14: no overload of '*' takes (uint, int): numbers of different types do not mix; write 2u for a uint")]
    [InlineData("{ name: c, type: CEL, expression: input_tokens * 2 }", "t.yaml:3:56: in the expression of 'c', 1:14: no overload")]
    [InlineData("{ name: c, type: CEL, expression: \"inptu_tokens\" }", "t.yaml:3:44: in the expression of 'c', 1:1: undeclared reference to 'inptu_tokens'; the variables are model, backend, route_name, input_tokens")]
    [InlineData("{ name: c, type: CEL, expression: \"double(input_tokens) * 0.1\" }", "a cost is a whole number, and this is a double: write uint(…) around it")]
    [InlineData("{ name: c, type: CEL }", "the cost 'c' is of type CEL and needs an expression")]
    [InlineData("{ name: c, type: InputToken, expression: \"1u\" }", "a cost of type InputToken has no expression")]
    [InlineData("{ name: c, type: Tokens }", "must be one of InputToken, CachedInputToken, CacheCreationInputToken, OutputToken, TotalToken, ReasoningToken, CEL, not 'Tokens'")]
    [InlineData("{ name: c, type: InputToken }, { name: c, type: OutputToken }", "two costs are named 'c'")]
    [InlineData("{ name: 'a b', type: InputToken }", "must be a name of letters, digits")]
    [InlineData("{ type: InputToken }", "needs name")]
    public void A_mistake_is_told_with_its_place_and_the_mend(string cost, string problem) =>
        string.Join('\n', Loading.Problems(Head + "models: { m: mine }\ncosts: [" + cost + "]")).ShouldContain(problem);

    [Fact]
    public void Working_out_costs_allocates_nothing()
    {
        var rules = new CostRules(Config("""
            costs: [{ name: a, type: TotalToken }, { name: b, type: CEL, expression: "model == 'x' ? input_tokens : 2u * output_tokens" }]
            models: { route: mine }
            """));
        var record = Record();

        Tollgate.Protocols.Tests.Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                record.Costs.Clear();
                rules.Apply(record);
            }
        }).ShouldBe(0);
    }

    private static GatewayConfig Config(string text) => Loading.Config(Head + text);

    private static RequestRecord Record() => new()
    {
        Route = "route",
        Provider = "mine",
        AskedModel = "asked",
        ServedModel = "served",
        Usage = new TokenUsage { Input = 100, CachedInput = 40, CacheCreation = 7, Output = 21, Reasoning = 5 },
    };
}
