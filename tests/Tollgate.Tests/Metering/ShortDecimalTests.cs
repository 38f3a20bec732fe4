using System.Globalization;
using Tollgate.Metering;

namespace Tollgate.Tests.Metering;

public sealed class ShortDecimalTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.000", "0")]
    [InlineData("1.500", "1.5")]
    [InlineData("0.0000425", "0.0000425")]
    [InlineData("100", "100")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    [InlineData("-0.250", "-0.25")]
    public void Decimals_have_all_digits_and_no_zeros_at_the_end(string value, string text) =>
        DecimalText.Short(decimal.Parse(value, CultureInfo.InvariantCulture)).ShouldBe(text);

    [Fact]
    public void Any_decimal_reads_as_the_framework_would_write_it()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var value = new decimal(random.Next(), i % 3 == 0 ? 0 : random.Next(), i % 7 == 0 ? random.Next() : 0, i % 11 == 0, (byte)random.Next(29));
            DecimalText.Short(value).ShouldBe(value.ToString("0.############################", CultureInfo.InvariantCulture));
        }
    }
}
