using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Tests.Usage;

public sealed class ServiceTierTests
{
    [Theory]
    [InlineData("flex")]
    [InlineData("priority")]
    [InlineData("a-tier-of-tomorrow")]
    public void Is_read_from_every_form_of_an_openai_answer(string tier)
    {
        Taps.AfterBody(Operations.Chat, $$$"""{"id":"c","service_tier":"{{{tier}}}","usage":{"prompt_tokens":1,"completion_tokens":2}}""").Usage.ServiceTier.ShouldBe(tier);
        Taps.AfterBody(Operations.Responses, $$$"""{"id":"r","usage":{"input_tokens":1,"output_tokens":2},"service_tier":"{{{tier}}}"}""").Usage.ServiceTier.ShouldBe(tier);

        var chat = UsageTap.Create(Operations.Chat);
        chat.Frame($$$"""data: {"id":"c","model":"m","service_tier":"{{{tier}}}","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}""" + "\n\n");
        chat.Usage.ShouldBe(new TokenUsage { Input = 1, Output = 2, ServiceTier = tier });

        var responses = UsageTap.Create(Operations.Responses);
        responses.Frame("event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"model\":\"m\",\"service_tier\":\"auto\"}}\n\n");
        responses.Frame($$$$"""data: {"type":"response.completed","response":{"id":"r","service_tier":"{{{{tier}}}}","usage":{"input_tokens":1,"output_tokens":2}}}""" + "\n\n");
        responses.Usage.ShouldBe(new TokenUsage { Input = 1, Output = 2, ServiceTier = tier });
    }

    [Fact]
    public void Alone_says_nothing_of_usage()
    {
        var usage = new TokenUsage { ServiceTier = "flex" };

        usage.IsKnown.ShouldBeFalse();
        (usage with { Output = 0 }).IsKnown.ShouldBeTrue();
    }
}
