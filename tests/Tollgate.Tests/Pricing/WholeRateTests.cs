using System.Collections.Immutable;
using Tollgate.Limits.Rules;
using Tollgate.Pricing;
using Tollgate.Protocols;

namespace Tollgate.Tests.Pricing;

/// <summary>Money is worked out in whole numbers where that is as exact as decimals are.</summary>
public sealed class WholeRateTests
{
    private const decimal Million = 1_000_000m;

    [Fact]
    public void Text_costs_to_the_last_digit_what_it_costs_in_decimals()
    {
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var rates = new Rates { Input = Rate(random), CachedInput = Rate(random), Output = Rate(random) };
            var input = Count(random);
            var usage = new TokenUsage { Input = input, CachedInput = random.Next(2) == 0 ? null : random.NextInt64(input + 1), Output = Count(random), Reasoning = 3 };
            var cached = usage.CachedInput ?? 0;
            var expected = (((input - cached) * rates.Input) + (cached * rates.CachedInput) + (usage.Output * rates.Output)) / Million;
            Invoice.Total(usage, Of(rates)).ShouldBe(expected);
        }
    }

    [Fact]
    public void A_cost_has_no_zeros_at_its_end()
    {
        Invoice.Total(new TokenUsage { Input = 210, Output = 90 }, Of(new Rates { Input = 1, Output = 1 })).ToString().ShouldBe("0.0003");
        Invoice.Total(new TokenUsage { Input = 1_000_000, Output = 0 }, Of(new Rates { Input = 20, Output = 1 })).ToString().ShouldBe("20");
    }

    [Fact]
    public void A_copy_with_other_rates_costs_what_those_say()
    {
        var usage = new TokenUsage { Input = 1_000_000, Output = 0 };
        var rates = new Rates { Input = 1, Output = 1 };
        Invoice.Total(usage, Of(rates)).ShouldBe(1);
        var other = rates with { Input = 2 };
        Invoice.Total(usage, Of(other)).ShouldBe(2);
        Invoice.Total(usage, Of(rates)).ShouldBe(1);
        (rates with { Input = 2 }).ShouldBe(other);
    }

    [Fact]
    public void Billionths_of_a_dollar_are_never_rounded_down()
    {
        var random = new Random(12);
        for (var i = 0; i < 20_000; i++)
        {
            var dollars = new decimal(random.Next(), random.Next(3) == 0 ? random.Next() : 0, random.Next(9) == 0 ? random.Next() : 0, false, (byte)random.Next(0, 29));
            var most = LimitRule.Largest / 1_000_000_000m;
            LimitRule.Billionths(dollars).ShouldBe((long)Math.Ceiling(Math.Min(dollars, most) * 1_000_000_000m), dollars.ToString());
        }
    }

    // Six decimals and fewer; some finer, and some dearer than whole numbers hold.
    private static decimal Rate(Random random) => random.Next(8) switch
    {
        0 => random.Next() / 10_000_000m,
        1 => random.Next(),
        _ => random.Next(100_000_000) / (decimal)Math.Pow(10, random.Next(7)),
    };

    private static long Count(Random random) => random.Next(8) == 0 ? random.NextInt64(1L << 40) : random.Next(1 << 20);

    private static ModelPrice Of(Rates rates) => new(new TierPrice(rates, []), ImmutableDictionary<string, TierPrice>.Empty, "a test");
}
