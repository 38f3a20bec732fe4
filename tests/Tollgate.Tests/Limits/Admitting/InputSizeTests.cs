using System.Text;
using Tollgate.Limits.Admitting;

namespace Tollgate.Tests.Limits.Admitting;

/// <summary>How many tokens a body may be, before anybody has counted them.</summary>
public sealed class InputSizeTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 1)]
    [InlineData("abcd", 2)]
    public void A_token_for_three_bytes(string body, long tokens) => InputSize.Tokens(Encoding.UTF8.GetBytes(body)).ShouldBe(tokens);

    [Fact]
    public void Data_is_a_flat_number_however_long_it_is()
    {
        var picture = new string('A', 500_000);
        var tokens = InputSize.Tokens(Encoding.UTF8.GetBytes($"{{\"text\":\"{Words(1000)}\",\"image\":\"data:image/png;base64,{picture}\",\"more\":\"{Words(1000)}\"}}"));
        tokens.ShouldBeInRange(1600 + (2 * 2000), 1600 + (2 * 2000) + 2000);
        InputSize.Tokens(Encoding.UTF8.GetBytes($"[\"{picture}\",\"{Words(3000)}\",\"{picture}\"]")).ShouldBeInRange(3200 + 6000, 3200 + 6000 + 3000);
    }

    [Theory]
    [InlineData("漢字", 1.0)]
    [InlineData("а", 0.66)]
    public void Text_without_spaces_in_other_scripts_is_not_taken_for_data(string letters, double tokensPerLetter) =>
        InputSize.Tokens(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(letters, 20_000)))).ShouldBeGreaterThanOrEqualTo((long)(tokensPerLetter * 20_000 * letters.Length));

    private static string Words(int count) => string.Concat(Enumerable.Repeat("words ", count));
}
