using Microsoft.AspNetCore.Http;
using Tollgate.Telemetry.Tracing;

namespace Tollgate.Tests.Telemetry.Tracing;

/// <summary>What is put together, or boxed, once for many spans.</summary>
public sealed class SpanTextsTests
{
    [Fact]
    public void A_name_is_put_together_once_and_rightly_beyond_what_is_kept()
    {
        var texts = new SpanTexts();
        var name = texts.Name("chat", "m");
        name.ShouldBe("chat m");
        texts.Name("chat", new string('m', 1)).ShouldBeSameAs(name);
        for (var i = 0; i < 3000; i++) texts.Name("chat", $"model-{i}").ShouldBe($"chat model-{i}");
        texts.Name("chat", "m").ShouldBeSameAs(name);
        texts.Name("chat", "model-2999").ShouldNotBeSameAs(texts.Name("chat", "model-2999")); // clients cannot fill memory with names
    }

    [Fact]
    public void A_host_is_taken_apart_for_each_that_is_named()
    {
        var texts = new SpanTexts();
        texts.Host(new HostString("a.example:8080")).ShouldBe(("a.example", 8080));
        texts.Host(new HostString("b.example")).ShouldBe(("b.example", null));
        texts.Host(new HostString("a.example:8080")).ShouldBe(("a.example", 8080));
        var (name, _) = texts.Host(new HostString("a.example:8080"));
        texts.Host(new HostString("a.example:" + 8080)).Name.ShouldBeSameAs(name);
    }

    [Theory]
    [InlineData("HTTP/1.1", "1.1")]
    [InlineData("HTTP/2", "2")]
    [InlineData("HTTP/1.0", "1.0")]
    [InlineData("other", "other")]
    public void The_version_of_the_protocol_is_what_follows_its_name(string protocol, string version) => SpanTexts.Version(protocol).ShouldBe(version);

    [Fact]
    public void A_reason_is_a_list_of_one()
    {
        SpanTexts.Reason("stop").ShouldBe(["stop"]);
        SpanTexts.Reason("stop").ShouldBeSameAs(SpanTexts.Reason("stop"));
        SpanTexts.Reason("made up").ShouldBe(["made up"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void A_number_in_its_box_is_that_number(int value)
    {
        Boxed.Of(value).ShouldBeOfType<int>().ShouldBe(value);
        Boxed.Of((long)value).ShouldBeOfType<long>().ShouldBe(value);
        ReferenceEquals(Boxed.Of(value), Boxed.Of(value)).ShouldBe(value is >= 0 and < 8192);
    }
}
