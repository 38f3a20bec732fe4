using Tollgate.Catalog;
using Tollgate.Pricing;
using Tollgate.Protocols;

namespace Tollgate.Tests.Pricing;

public sealed class PriceListTests
{
    [Fact]
    public void Every_kind_with_prices_is_in_the_catalogue() =>
        PriceList.Default.Kinds.ShouldAllBe(kind => Catalogue.Default.Kinds.ContainsKey(kind));

    [Fact]
    public void Every_price_names_its_source()
    {
        foreach (var kind in PriceList.Default.Kinds)
        {
            foreach (var model in PriceList.Default.Models(kind)) PriceList.Default.For(kind, model)!.Source.ShouldStartWith("https://");
        }
    }

    [Theory]
    [InlineData("openai", "gpt-4o-2024-08-06", 2.5)]
    [InlineData("openai", "GPT-4o", 2.5)]
    [InlineData("anthropic", "claude-sonnet-4-20250514", 3)]
    [InlineData("gcp-vertex", "publishers/google/models/gemini-2.5-flash", 0.3)]
    [InlineData("aws-bedrock", "eu.amazon.nova-lite-v1:0", 0.06)]
    [InlineData("aws-bedrock", "amazon.nova-lite-v1:0:24k", 0.06)]
    [InlineData("groq", "openai/gpt-oss-20b", 0.075)]
    public void A_model_is_found_under_the_names_that_providers_give_it(string kind, string model, double input) =>
        PriceList.Default.For(kind, model).ShouldNotBeNull().Standard.Base.Input.ShouldBe((decimal)input);

    [Theory]
    [InlineData("openai", "gpt-4o-mini-transcribe")]
    [InlineData("openai", "gpt-4o-audio-preview")]
    [InlineData("openai", "gpt-5.4-pro")]
    [InlineData("anthropic", "claude-sonnet-4-5-thinking")]
    [InlineData("ollama", "gpt-4o")]
    [InlineData("openai", "")]
    public void Another_model_is_not_taken_for_one_that_has_a_price(string kind, string model) => PriceList.Default.For(kind, model).ShouldBeNull();

    [Fact]
    public void A_dated_model_with_a_price_of_its_own_keeps_it()
    {
        var first = PriceList.Default.For("openai", "gpt-4o-2024-05-13").ShouldNotBeNull();

        Invoice.Total(new TokenUsage { Input = 1000, Output = 100 }, first).ShouldBeNull("only its priority tier is known");
        Invoice.Total(new TokenUsage { Input = 1000, Output = 100, ServiceTier = "priority" }, first).ShouldBe(0.011375m);
    }

    [Fact]
    public void A_band_whose_rates_nobody_knows_has_no_price()
    {
        var price = PriceList.Default.For("openai", "gpt-6-sol").ShouldNotBeNull();

        Invoice.Total(new TokenUsage { Input = 272_000, Output = 1 }, price).ShouldNotBeNull();
        Invoice.Total(new TokenUsage { Input = 272_001, Output = 1 }, price).ShouldBeNull();
    }

    [Theory]
    [InlineData("a: { kinds: [openai], source: s, read: 2026-01-01, models: { m: { imput: 1 } } }", "p.yaml:1:67: unknown key 'imput' in the price list.a.models.m; did you mean 'input'")]
    [InlineData("a: { kinds: [openai], source: s, read: 2026-01-01, models: { m: { input: -1 } } }", "must be an amount in US dollars")]
    [InlineData("a: { kinds: [openai], source: s, models: {} }", "needs read")]
    [InlineData("a: &a { kinds: [openai], source: s, read: 2026-01-01, models: { m: { input: 1 } } }\nb: *a", "'m' has a price for openai already")]
    [InlineData("[]", "must be a map of lists")]
    public void A_broken_list_is_refused_with_its_place(string text, string problem) =>
        Should.Throw<FormatException>(() => PriceList.Parse(text, "p.yaml")).Message.ShouldContain(problem);
}
