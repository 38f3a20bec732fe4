using System.Collections.Immutable;
using Tollgate.Pricing;
using Tollgate.Protocols;

namespace Tollgate.Tests.Pricing;

public sealed class InvoiceTests
{
    private static readonly Rates Text = new() { Input = 2, Output = 10 };

    [Theory]
    [MemberData(nameof(Gaps))]
    public void What_has_no_price_leaves_the_whole_without_a_cost(TokenUsage usage) => Invoice.Total(usage, Of(Text)).ShouldBeNull();

    public static TheoryData<TokenUsage> Gaps =>
    [
        new TokenUsage { Input = 10, CachedInput = 1, Output = 1 },
        new TokenUsage { Input = 10, CacheCreation = 1, Output = 1 },
        new TokenUsage { Input = 10, AudioInput = 1, Output = 1 },
        new TokenUsage { Input = 10, Output = 5, AudioOutput = 1 },
        new TokenUsage { Input = 10, Output = 5, ImageOutput = 1 },
        new TokenUsage { Input = 10, Output = 5, WebSearches = 1 },
        new TokenUsage { Input = 10, Output = 5, ServiceTier = "priority" },
        new TokenUsage { Input = 10 },
        new TokenUsage { Output = 10 },
        default(TokenUsage),
    ];

    [Fact]
    public void Writes_for_an_hour_are_not_billed_as_writes_for_five_minutes()
    {
        var usage = new TokenUsage { Input = 3, CacheCreation = 3, CacheCreation1h = 1, Output = 0 };

        Invoice.Total(usage, Of(Text with { CacheWrite = 3, CacheWrite1h = 6 })).ShouldBe(0.000012m);
        Invoice.Total(usage, Of(Text with { CacheWrite = 3 })).ShouldBeNull();
    }

    [Fact]
    public void Counts_that_contradict_each_other_never_make_a_negative_amount() =>
        Invoice.Total(new TokenUsage { Input = 1, CachedInput = 5, Output = 1, Reasoning = 9 }, Of(Text with { CachedInput = 1 })).ShouldBe(0.000015m);

    [Fact]
    public void A_request_by_pieces_costs_its_pieces()
    {
        Invoice.Total(new TokenUsage { Images = 3 }, Of(new Rates { PerImage = 0.04m })).ShouldBe(0.12m);
        Invoice.Total(new TokenUsage { AudioSeconds = 8.5 }, Of(new Rates { PerSecond = 0.0001m })).ShouldBe(0.00085m);
        Invoice.Total(new TokenUsage { SearchUnits = 2 }, Of(new Rates { PerSearch = 0.002m })).ShouldBe(0.004m);
        Invoice.Total(default, Of(new Rates { PerRequest = 0.005m })).ShouldBe(0.005m);
        Invoice.Total(new TokenUsage { Images = 3 }, Of(new Rates { PerSearch = 0.04m })).ShouldBeNull();
    }

    [Fact]
    public void Images_that_are_billed_by_tokens_need_no_price_by_piece() =>
        Invoice.Total(new TokenUsage { Input = 50, ImageInput = 40, Output = 1056, ImageOutput = 1056, Images = 1 }, Of(new Rates { Input = 5, ImageInput = 10, Output = 0, ImageOutput = 40 }))
            .ShouldBe(((10 * 5m) + (40 * 10m) + (1056 * 40m)) / 1_000_000m);

    [Fact]
    public void Numbers_beyond_reason_overflow_nothing()
    {
        var rates = Text with { CachedInput = 1_000_000m, PerSecond = 1_000_000m };

        Invoice.Total(new TokenUsage { Input = long.MaxValue, CachedInput = long.MaxValue, Output = long.MaxValue, AudioSeconds = double.MaxValue }, Of(rates)).ShouldNotBeNull();
    }

    [Fact]
    public void Pricing_allocates_nothing()
    {
        var price = Of(Text with { CachedInput = 1 });
        var usage = new TokenUsage { Input = 100, CachedInput = 40, Output = 7 };

        Tollgate.Protocols.Tests.Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++) Invoice.Total(usage, price);
        }).ShouldBe(0);
    }

    private static ModelPrice Of(Rates rates) => new(new TierPrice(rates, []), ImmutableDictionary<string, TierPrice>.Empty, "a test");
}
