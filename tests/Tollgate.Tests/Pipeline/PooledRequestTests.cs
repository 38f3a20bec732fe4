using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;
using Tollgate.Tests.Upstreams;

namespace Tollgate.Tests.Pipeline;

/// <summary>What is used again for the next request must not carry anything over to it.</summary>
public sealed class PooledRequestTests
{
    private const string Ask = """{"model":"m","messages":[]}""";

    [Fact]
    public async Task An_answer_without_usage_does_not_show_that_of_the_one_before()
    {
        var answers = new Queue<string>(
        [
            """{"id":"a","model":"first","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5}}""",
            """{"choices":[]}""",
        ]);
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, answers.Dequeue()));
        await using var gateway = await StartAsync(provider);

        await gateway.PostAsync("/v1/chat/completions", Ask);
        var first = await gateway.LogLineAsync(1);
        await gateway.PostAsync("/v1/chat/completions", Ask);
        var second = await gateway.LogLineAsync(2);

        first.GetProperty("usage").GetProperty("input_tokens").GetInt64().ShouldBe(7);
        first.GetProperty("model_response").GetString().ShouldBe("first");
        second.TryGetProperty("usage", out _).ShouldBeFalse();
        second.TryGetProperty("model_response", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_short_answer_after_a_longer_one_has_its_own_usage()
    {
        var answers = new Queue<string>(
        [
            "{\"pad\":\"" + new string('x', 30_000) + "\",\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5}}",
            """{"usage":{"prompt_tokens":1,"completion_tokens":2}}""",
        ]);
        await using var provider = new ScriptedProvider(call => call.AnswerAsync(200, answers.Dequeue()));
        await using var gateway = await StartAsync(provider);

        await gateway.PostAsync("/v1/chat/completions", Ask);
        await gateway.LogLineAsync(1);
        var (_, body, _) = await gateway.PostAsync("/v1/chat/completions", Ask);
        var second = await gateway.LogLineAsync(2);

        body.ShouldBe("""{"usage":{"prompt_tokens":1,"completion_tokens":2}}""");
        second.GetProperty("usage").GetProperty("input_tokens").GetInt64().ShouldBe(1);
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("text/event-stream; charset=utf-8")]
    [InlineData("Text/Event-Stream ;charset=utf-8")]
    public async Task A_stream_is_known_by_its_media_type_whatever_follows_it(string contentType)
    {
        const string Events = "data: {\"choices\":[{\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        await using var provider = new ScriptedProvider(call => call.StreamAsync(Encoding.UTF8.GetBytes(Events), 50, contentType));
        await using var gateway = await StartAsync(provider);

        var (_, body, _) = await gateway.PostAsync("/v1/chat/completions", """{"model":"m","stream":true,"messages":[]}""");

        body.ShouldBe(Events);
        (await gateway.LogLineAsync()).GetProperty("stream").GetBoolean().ShouldBeTrue();
    }

    private static Task<TestGateway> StartAsync(ScriptedProvider provider) => TestGateway.StartAsync($$"""
        providers:
          one: { kind: openai, url: "{{provider.Url}}", key: k }
        models:
          m: one
        """,
        services => services.AddSingleton<TimeProvider>(new PatientTime()));
}
