using Tollgate.Configuration;
using Tollgate.Configuration.Values;

namespace Tollgate.Tests.Configuration;

public sealed class ValueTests
{
    [Theory]
    [InlineData("10s", 10_000)]
    [InlineData("2m", 120_000)]
    [InlineData("500ms", 500)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1.5s", 1_500)]
    public void Durations(string text, double milliseconds)
    {
        DurationText.Parse(text).ShouldBe(TimeSpan.FromMilliseconds(milliseconds));
        DurationText.Parse(DurationText.Write(TimeSpan.FromMilliseconds(milliseconds))).ShouldBe(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("0s")]
    [InlineData("10 s")]
    [InlineData("10d")]
    [InlineData("25h")]
    [InlineData("99999999999999999999s")]
    public void Not_durations(string text) => DurationText.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData("64MB", 64L << 20)]
    [InlineData("1GB", 1L << 30)]
    [InlineData("512KiB", 512L << 10)]
    [InlineData("1000", 1000)]
    [InlineData("10 MB", 10L << 20)]
    public void Sizes(string text, long bytes) => SizeText.Parse(text).ShouldBe(bytes);

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("-1MB")]
    [InlineData("0")]
    [InlineData("64mb")]
    [InlineData("9999999999999GB")]
    public void Not_sizes(string text) => SizeText.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData("127.0.0.1:1975", "127.0.0.1", 1975, true)]
    [InlineData("[::1]:1975", "::1", 1975, true)]
    [InlineData("localhost:0", "localhost", 0, true)]
    [InlineData("1975", "127.0.0.1", 1975, true)]
    [InlineData("*:1975", "*", 1975, false)]
    [InlineData("0.0.0.0:80", "0.0.0.0", 80, false)]
    [InlineData("[::]:80", "::", 80, false)]
    [InlineData("192.168.1.5:80", "192.168.1.5", 80, false)]
    public void Addresses(string text, string host, int port, bool isLoopback)
    {
        var address = AddressText.Parse(text, default).ShouldNotBeNull();
        (address.Host, address.Port).ShouldBe((host, port));
        AddressText.IsLoopback(address).ShouldBe(isLoopback);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":1975")]
    [InlineData("::1:1975")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:70000")]
    [InlineData("example.com:80")]
    [InlineData("http://127.0.0.1:80")]
    [InlineData("1:80")]
    public void Not_addresses(string text) => AddressText.Parse(text, default).ShouldBeNull();

    [Theory]
    [InlineData("https://api.example.com/v1/", "https://api.example.com/v1")]
    [InlineData("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1")]
    public void Urls_lose_the_slash_at_their_end(string text, string url) => UrlText.Parse(text, out _)!.ToString().ShouldBe(url);

    [Theory]
    [InlineData("api.example.com/v1")]
    [InlineData("ftp://example.com")]
    [InlineData("/v1")]
    [InlineData("https://user:geheim@example.com/v1")]
    [InlineData("https://example.com/v1#geheim")]
    [InlineData("https://example.com/v1?key=geheim")]
    public void Not_urls_and_the_complaint_quotes_none_of_them(string text)
    {
        UrlText.Parse(text, out var complaint).ShouldBeNull();
        complaint.ShouldNotBeEmpty();
        complaint.ShouldNotContain("geheim");
    }

    [Theory]
    [InlineData("opnai", "openai")]
    [InlineData("antrhopic", "anthropic")]
    [InlineData("Groq", "groq")]
    [InlineData("bedrock", "aws-bedrock")]
    public void The_nearest_word_is_found(string written, string meant) =>
        Spelling.Near(written, ["openai", "anthropic", "groq", "aws-bedrock"])[0].ShouldBe(meant);

    [Fact]
    public void A_far_word_is_not_suggested() => Spelling.Near("watsonx", ["openai", "groq"]).ShouldBeEmpty();

    [Theory]
    [InlineData("2025-06-01", 1748736000)]
    [InlineData("1748736000", 1748736000)]
    [InlineData("2025-06-01T02:00:00+02:00", 1748736000)]
    public void Moments(string text, long seconds) => TimeText.Parse(text)!.Value.ToUnixTimeSeconds().ShouldBe(seconds);

    [Fact]
    public void Problems_come_once_and_in_the_order_of_the_file()
    {
        ConfigProblem a = new(new("f", 2, 1), "a"), b = new(new("f", 1, 9), "b"), c = new(new("f", 10, 1), "c");
        new[] { c, a, b, a }.InOrder().ShouldBe([b, a, c]);
    }
}
