using Tollgate.Configuration;
using Tollgate.Pricing;
using Tollgate.Protocols;
using Tollgate.Tests.Configuration;

namespace Tollgate.Tests.Pricing;

public sealed class PriceConfigTests
{
    private const string Head = "providers: { mine: { kind: openai, key: k }, other: { kind: openai, key: k } }\nmodels: { m: [mine, other] }\n";
    private static readonly TokenUsage Million = new() { Input = 1_000_000, Output = 0 };

    [Fact]
    public void A_price_of_ones_own_comes_before_the_public_one_and_the_providers_before_the_kinds()
    {
        var book = Book("""
            prices:
              openai: { gpt-4o: { input: 2, output: 8 }, "gpt-*": { input: 7, output: 7 } }
              mine: { gpt-4o: { input: 1.5, output: 6 } }
            """);

        Cost(book, "mine", "gpt-4o").ShouldBe(1.5m);
        Cost(book, "other", "gpt-4o").ShouldBe(2m);
        Cost(book, "other", "gpt-9").ShouldBe(7m);
        Cost(book, "other", "o3").ShouldBe(2m, "the public price");
        book.For("other", "openai", "nobody-knows").ShouldBeNull();
    }

    [Fact]
    public void A_deployment_costs_what_the_model_that_answered_costs()
    {
        var book = Book("");

        book.For("azure", "azure-openai", "my-deployment", "gpt-4o-2024-08-06").ShouldNotBeNull().Standard.Base.Input.ShouldBe(2.5m);
        book.For("azure", "azure-openai", "gpt-4o", "gpt-4o-mini-2024-07-18").ShouldNotBeNull().Standard.Base.Input.ShouldBe(0.15m);
        book.For("azure", "azure-openai", "gpt-4o", "what-is-this").ShouldNotBeNull().Standard.Base.Input.ShouldBe(2.5m);
    }

    [Fact]
    public void Tiers_and_bands_can_be_written_out_or_as_a_multiple()
    {
        var book = Book("""
            prices:
              mine:
                m:
                  input: 4
                  output: 0
                  perRequest: 0.5
                  bands: [{ above: 10, input: 8, output: 0 }]
                  tiers: { flex: { times: 0.5 }, priority: { input: 9, output: 1 } }
            """);
        var price = book.For("mine", "openai", "m").ShouldNotBeNull();

        Invoice.Total(new TokenUsage { Input = 10, Output = 0 }, price).ShouldBe(0.50004m);
        Invoice.Total(new TokenUsage { Input = 11, Output = 0 }, price).ShouldBe(0.500088m);
        Invoice.Total(new TokenUsage { Input = 11, Output = 0, ServiceTier = "flex" }, price).ShouldBe(0.500044m);
        Invoice.Total(new TokenUsage { Input = 11, Output = 0, ServiceTier = "priority" }, price).ShouldBe(0.500099m, "its own rates, and the price of a request");
    }

    [Theory]
    [InlineData("prices: { mime: { m: { input: 1 } } }", "t.yaml:3:11: neither a provider nor a kind is named 'mime'; did you mean 'mine'?")]
    [InlineData("prices: { mine: { m: { input: free } } }", "t.yaml:3:31: prices.mine.m.input must be an amount in US dollars such as 2.50, not 'free'")]
    [InlineData("prices: { mine: { m: { input: 1e3 } } }", "must be an amount")]
    [InlineData("prices: { mine: { m: { input: 9999999 } } }", "must be an amount")]
    [InlineData("prices: { mine: { m: { inptu: 1 } } }", "unknown key 'inptu' in prices.mine.m; did you mean 'input'?")]
    [InlineData("prices: { mine: { m: { bands: [{ input: 1 }] } } }", "needs above")]
    [InlineData("prices: { mine: { m: {} } }", "t.yaml:3:19: prices.mine.m has no price: write { input: 2.50, output: 10 }")]
    [InlineData("prices: { mine: 3 }", "prices.mine must be a map of model names to prices")]
    public void A_mistake_is_told_with_its_place_and_the_mend(string line, string problem) =>
        string.Join('\n', Loading.Problems(Head + line)).ShouldContain(problem);

    private static PriceBook Book(string prices) => new(PriceList.Default, Loading.Config(Head + prices).Prices);

    private static decimal? Cost(PriceBook book, string provider, string model) => Invoice.Total(Million, book.For(provider, "openai", model)!);
}
