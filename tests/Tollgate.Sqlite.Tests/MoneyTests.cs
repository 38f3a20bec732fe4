using Tollgate.Sqlite;

namespace Tollgate.Tests.Metering.Ledger;

/// <summary>Money goes into two whole numbers and comes back.</summary>
public sealed class MoneyTests
{
    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("0.000294", 294, 0)]
    [InlineData("1.5000000000000", 1_500_000, 0)]
    [InlineData("0.000000000001", 0, 1)]
    [InlineData("0.1234567890126", 123_456, 789_013)]
    [InlineData("9223372.036854775807", 9_223_372_036_854, 775_807)]
    [InlineData("9223372.036854775808", 9_223_372_036_854, 775_808)]
    [InlineData("-0.0000005", -1, 500_000)]
    [InlineData("79228162514.0000001", 79_228_162_514_000_000, 100_000)]
    public void A_sum_is_split_into_millionths_and_millionths_of_those(string dollars, long micro, long pico) =>
        Money.Split(decimal.Parse(dollars, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe((micro, pico));

    [Fact]
    public void What_is_split_is_the_same_when_it_is_joined()
    {
        var random = new Random(3);
        for (var i = 0; i < 10_000; i++)
        {
            var dollars = new decimal(random.Next(), random.Next(2) * random.Next(), 0, false, (byte)random.Next(6, 13));
            var (micro, pico) = Money.Split(dollars);
            Money.Join(micro, pico).ShouldBe(dollars);
        }
    }
}
